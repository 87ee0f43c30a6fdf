package dev.oneport.transport.http2.client;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.http2.flow.InboundBuffer;
import dev.oneport.transport.http2.flow.IncomingBody;
import dev.oneport.transport.http2.flow.SendingStream;
import dev.oneport.transport.http2.flow.Slice;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, for the client. Writing waits for flow control; reading returns
 * received bytes without waiting. The code that opened the stream must close it.
 */
public final class ClientStream extends SendingStream implements IncomingBody, AutoCloseable {
  private static final int LOCAL_ENDED = 1;
  private static final int REMOTE_ENDED = 2;
  private static final int OVER = 4;

  private final ClientConnection connection;
  private final Runnable arrived;
  private final InboundBuffer inbound;
  private final AtomicInteger state = new AtomicInteger();

  // Used only by the thread that reads the connection.
  private boolean touched;
  private long expected = -1;
  private long received;

  // Written under the lock of Outbound.
  private volatile int id;
  private volatile @Nullable ReceivedFields head;
  private volatile @Nullable ReceivedFields trailers;
  private volatile @Nullable StreamFailure failure;

  ClientStream(
      ClientConnection connection, Runnable arrived, int streamWindow, MemoryShare memory) {
    super(Frame.DEFAULT_WINDOW);
    this.connection = connection;
    this.arrived = arrived;
    this.inbound = new InboundBuffer(streamWindow, memory);
  }

  /** The response's head; empty if it has not arrived. */
  public Optional<ReceivedFields> head() {
    return Optional.ofNullable(head);
  }

  /** The response's trailers; empty if there are none, or they have not arrived. */
  public Optional<ReceivedFields> trailers() {
    return Optional.ofNullable(trailers);
  }

  /** Why the stream ended before its response; empty if it did not. */
  public Optional<StreamFailure> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public int available() {
    return inbound.available();
  }

  /** Whether the whole response has arrived, including trailers, whether read or not. */
  @Override
  public boolean bodyEnded() {
    return inbound.ended();
  }

  @Override
  public boolean isOutOfMemory() {
    return inbound.outOfMemory();
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    return consumed(inbound.read(target, offset, length));
  }

  @Override
  public Slice take(int length) {
    var slice = inbound.take(length);
    consumed(slice.length());
    return slice;
  }

  @Override
  public void collect(byte[] target, int from) {
    consumed(inbound.collect(target, from));
  }

  @Override
  public int collected() {
    return inbound.collected();
  }

  private int consumed(int length) {
    if (length > 0) {
      connection.credit(this, length, inbound.credit(length));
    }
    return length;
  }

  /** Sends a part of the request's body, and waits for window; false if the stream has ended. */
  public boolean send(byte[] bytes, int offset, int length, boolean end) {
    return connection.outbound().write(this, StreamPart.body(bytes, offset, length, end));
  }

  /**
   * Resets the stream with this code unless it has ended; later frames of the server are ignored.
   */
  public void reset(ErrorCode code) {
    if ((mark(OVER) & OVER) == 0) {
      connection.reset(this, code);
      connection.over(this);
    }
  }

  /** Cancels the stream if it has not ended, and releases its memory. */
  @Override
  public void close() {
    reset(ErrorCode.CANCEL);
    connection.credit(inbound.breakOff());
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public boolean isOpen() {
    return (state.get() & (LOCAL_ENDED | OVER)) == 0;
  }

  // Called by the connection.

  boolean isOver() {
    return (state.get() & OVER) != 0;
  }

  boolean isRemoteEnded() {
    return (state.get() & REMOTE_ENDED) != 0;
  }

  void opened(int number) {
    id = number;
  }

  void head(ReceivedFields fields) {
    expected = fields.contentLength();
    head = fields;
  }

  void trailers(ReceivedFields fields) {
    trailers = fields;
  }

  InboundBuffer inbound() {
    return inbound;
  }

  /** Counts bytes of the body; false if they contradict the response's content-length. */
  boolean received(int length, boolean end) {
    received += length;
    return expected < 0 || (end ? received == expected : received <= expected);
  }

  void remoteEnded() {
    inbound.end();
    if ((mark(REMOTE_ENDED) & LOCAL_ENDED) != 0) {
      over();
    }
  }

  @Override
  protected boolean localEnded() {
    if ((mark(LOCAL_ENDED) & REMOTE_ENDED) != 0) {
      over();
    }
    return false;
  }

  private void over() {
    if ((mark(OVER) & OVER) == 0) {
      connection.over(this);
    }
  }

  /** Ends the stream before its response is complete. */
  void fail(StreamFailure why) {
    if ((state.get() & REMOTE_ENDED) == 0 && failure == null) {
      failure = why;
    }
    over();
    // Writers must see that the stream has ended.
    connection.outbound().release(this);
    arrived.run();
  }

  @Override
  protected void stalled() {
    var why = new StreamFailure(StreamFailure.Kind.INVALID, 0, "the server gives no window");
    connection.reset(this, ErrorCode.CANCEL);
    fail(why);
  }

  @Override
  protected void writable() {}

  /** Notes that data has arrived; true the first time since the last {@link #deliver}. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  void deliver() {
    touched = false;
    arrived.run();
  }

  private int mark(int bit) {
    return state.getAndAccumulate(bit, (a, b) -> a | b);
  }
}
