package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.InboundBuffer;
import dev.oneport.transport.http2.flow.IncomingBody;
import dev.oneport.transport.http2.flow.SendingStream;
import dev.oneport.transport.http2.flow.Slice;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on an HTTP/2 connection, for the code that serves it. Writing waits
 * for flow control and is safe from any thread; writes after the stream's end are ignored.
 */
public final class Http2Stream extends SendingStream implements IncomingBody {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final int LOCAL_ENDED = 1;
  private static final int REMOTE_ENDED = 2;
  private static final int RESET = 4;
  private static final int GONE = 8;
  private static final int DONE = 16;
  private static final int BEGUN = 32;

  private final StreamConnection connection;
  private final int id;
  private final RequestHead request;
  private final long held;
  private final InboundBuffer inbound;
  private final AtomicInteger state = new AtomicInteger();
  private long received;
  private volatile boolean bodiless;
  private boolean touched;
  private boolean delivered;
  private volatile boolean patient;
  private @Nullable StreamHandler handler;
  private volatile List<HeaderField> trailers = List.of();

  /**
   * @param held the memory that is held for the head
   */
  Http2Stream(StreamConnection connection, int id, RequestHead request, int sendWindow, long held) {
    super(sendWindow);
    this.held = held;
    this.connection = connection;
    this.id = id;
    this.request = request;
    this.inbound = new InboundBuffer(connection.limits().streamWindow(), connection.memory());
  }

  @Override
  public int id() {
    return id;
  }

  public RequestHead request() {
    return request;
  }

  /** The listener's connection below. */
  public ConnectionContext context() {
    return connection.context();
  }

  public Http2Limits limits() {
    return connection.limits();
  }

  /** The listener's limit on concurrent requests. */
  public Limit requestLimit() {
    return connection.requestLimit();
  }

  /** The number of bytes of the body that can be read without waiting. */
  @Override
  public int available() {
    return inbound.available();
  }

  /** Whether the request has no body, as opposed to an empty one. */
  public boolean isBodiless() {
    return bodiless || request.contentLength() == 0;
  }

  /** Whether the whole body has arrived, whether read or not; false for a body that was cut off. */
  @Override
  public boolean bodyEnded() {
    return inbound.ended();
  }

  /** Whether the body was cut off because all connections together hold too many unread bytes. */
  @Override
  public boolean isOutOfMemory() {
    return inbound.outOfMemory();
  }

  /** Waits until bytes can be read or the body has ended; false on timeout. */
  public boolean awaitBody(Duration timeout) throws InterruptedException {
    return inbound.await(timeout);
  }

  /** Reads up to this many received bytes without waiting; returns the number. */
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

  /** The fields after the body, once that has ended. */
  public List<HeaderField> trailers() {
    return trailers;
  }

  void trailers(List<HeaderField> fields) {
    trailers = fields;
  }

  /** Sends the response's head; false if the stream has ended. */
  public boolean sendHead(HeaderField[] head, boolean end) {
    return write(StreamPart.head(head, end));
  }

  /** Sends an interim response, such as 100. */
  public void sendInterim(HeaderField[] fields) {
    connection.sendInterim(this, fields);
  }

  /** Sends a part of the body, and waits for the client's window; false if the stream has ended. */
  public boolean send(byte[] bytes, int offset, int length, boolean end) {
    return write(StreamPart.body(bytes, offset, length, end));
  }

  /**
   * Sends the head unless it was sent, the body, and trailers, which end the stream; without a
   * body, head and trailers become one header block. Waits only if there is a body. False if the
   * stream has already ended.
   */
  public boolean finish(
      HeaderField[] head, byte[] bytes, int offset, int length, HeaderField[] trailers) {
    return write(new StreamPart(head, bytes, offset, length, trailers, true));
  }

  private boolean write(StreamPart part) {
    return connection.send(this, part);
  }

  /**
   * Whether a part can be sent without waiting. If not, {@link StreamHandler#writable} is called
   * when that changes.
   */
  public boolean isWritable() {
    return connection.isWritable(this);
  }

  /**
   * Resets the stream with this code and releases its waiting writers; false if it had already
   * ended.
   */
  public boolean reset(ErrorCode code) {
    return connection.reset(this, code);
  }

  /** Whether the response can still be written. */
  @Override
  public boolean isOpen() {
    return (state.get() & (LOCAL_ENDED | RESET | GONE)) == 0;
  }

  /** Notes that the handler has finished. */
  public void done() {
    mark(DONE);
  }

  StreamHandler handler() {
    var known = handler;
    if (known == null) {
      throw new IllegalStateException("a stream without handler");
    }
    return known;
  }

  void handler(StreamHandler serving) {
    handler = serving;
  }

  InboundBuffer inbound() {
    return inbound;
  }

  /** Counts bytes of the body; false if they contradict the request's content-length. */
  boolean received(int length, boolean end) {
    received += length;
    long expected = request.contentLength();
    return expected < 0 || (end ? received == expected : received <= expected);
  }

  /** Notes that data has arrived; true the first time since the last {@link #deliver}. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  /** Starts the handler, or notifies it of received data. */
  void deliver() {
    touched = false;
    if ((state.get() & BEGUN) != 0) {
      handler().arrived();
    } else if (!delivered) {
      delivered = true;
      if (isGone() || connection.mayBegin(this)) {
        begin();
      } else if (isGone()) {
        stopWaiting();
      }
    }
  }

  /** Whether the handler has not been started. */
  boolean isUndelivered() {
    return !delivered;
  }

  /** Starts the handler, now or when fewer handlers have outlived their streams. */
  void begin() {
    if ((mark(BEGUN) & RESET) == 0) {
      handler().begin();
    } else {
      handler().ended();
    }
  }

  private void stopWaiting() {
    if (connection.stopsWaiting(this)) {
      begin();
    }
  }

  private boolean isGone() {
    return (state.get() & GONE) != 0;
  }

  boolean isRemoteEnded() {
    return (state.get() & REMOTE_ENDED) != 0;
  }

  /** Notes that the request has no body. */
  void endedWithHead() {
    bodiless = true;
    remoteEnded();
  }

  void remoteEnded() {
    inbound.end();
    if ((mark(REMOTE_ENDED) & LOCAL_ENDED) != 0) {
      close();
    }
  }

  /**
   * Delays the reset after a response that is complete before its request: some clients drop a
   * response that is followed immediately by a reset.
   */
  public void bePatient() {
    patient = true;
  }

  private void stopClientLater() {
    try {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isGone()) {
      endWith(ErrorCode.NO_ERROR);
    }
  }

  private void endWith(ErrorCode code) {
    connection.resetNow(this, code);
  }

  /**
   * Notes that the response is complete. True if the request is not, so that a reset must stop the
   * client (RFC 9113 section 8.1).
   */
  @Override
  protected boolean localEnded() {
    boolean early = (mark(LOCAL_ENDED) & REMOTE_ENDED) == 0;
    if (early && patient) {
      connection.credit(this, inbound.breakOff(), 0);
      Threads.start("http2-rest", this::stopClientLater);
      return false;
    }
    if (early) {
      connection.remember(this);
    }
    close();
    return early;
  }

  /**
   * Ends the stream from outside its handler, which is notified now or instead of being started.
   */
  void abort() {
    int before = mark(RESET);
    if ((before & (RESET | GONE)) == 0) {
      connection.release(this);
      close();
      // A handler that has answered may continue to run.
      if ((before & BEGUN) != 0 && (before & LOCAL_ENDED) == 0) {
        handler().ended();
      }
    }
  }

  /** Checks for timeouts; called periodically by the {@link Watchdog}. */
  void tick(long now) {
    boolean begun = (state.get() & BEGUN) != 0;
    if (begun
        && !isRemoteEnded()
        && inbound.isTooSlow(now, limits().timeouts().body(), limits().minBodyRate())) {
      handler().quiet();
    }
  }

  /** Ends the stream, because the client has given no window for too long. */
  @Override
  protected void stalled() {
    endWith(ErrorCode.CANCEL);
  }

  @Override
  protected void writable() {
    handler().writable();
  }

  @Override
  protected void close() {
    if ((mark(GONE) & GONE) == 0) {
      connection.closed(this);
      connection.credit(this, inbound.breakOff(), 0);
      stopWaiting();
    }
  }

  private int mark(int bit) {
    int before = state.getAndAccumulate(bit, (a, b) -> a | b);
    int after = before | bit;
    if (isOver(after) && !isOver(before)) {
      connection.handlerOver(held);
    }
    return before;
  }

  private static boolean isOver(int state) {
    return (state & (GONE | DONE)) == (GONE | DONE);
  }
}
