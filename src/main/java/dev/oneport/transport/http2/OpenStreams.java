package dev.oneport.transport.http2;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.flow.ReceiveWindow;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The streams of one connection, with the places they take and the connection's window. The frame
 * receivers open and end them here; the streams themselves see {@link StreamConnection}.
 */
final class OpenStreams implements StreamConnection {
  private final Http2Server server;
  private final ConnectionContext context;
  private final StreamPlaces places;
  private final Outbound outbound;
  private final GoingAway goingAway;
  private final ConnectionTimer timer;
  private final ReceiveWindow receiveWindow;
  private final StreamTable table = new StreamTable();
  private final AtomicLong heads = new AtomicLong();
  private Limit limit = FixedLimit.create();

  OpenStreams(
      Http2Server server,
      ConnectionContext context,
      StreamPlaces places,
      Outbound outbound,
      GoingAway goingAway,
      ConnectionTimer timer) {
    this.server = server;
    this.context = context;
    this.places = places;
    this.outbound = outbound;
    this.goingAway = goingAway;
    this.timer = timer;
    this.receiveWindow = new ReceiveWindow(server.limits().connectionWindow());
  }

  /** Sets the listener's limit on concurrent requests; before the first stream. */
  void requestLimit(Limit requests) {
    limit = requests;
  }

  /** Aborts every stream. */
  void abort() {
    table.all().forEach(Http2Stream::abort);
  }

  /** Acquires a permit and memory for a stream; false at a limit. */
  boolean acquire(long memory) {
    if (!server.heads().tryHold(memory)) {
      server.shortOfHeads(heldHeads());
      return false;
    }
    if (!places.acquire()) {
      server.heads().release(memory);
      return false;
    }
    heads.addAndGet(memory);
    server.streams().increment();
    timer.busy();
    return true;
  }

  /** Releases the permit and the memory of a stream that was not opened. */
  void notOpened(long memory) {
    places.streamOver();
    handlerOver(memory);
  }

  @Override
  public void handlerOver(long held) {
    server.heads().release(held);
    heads.addAndGet(-held);
    places.handlerOver();
    server.streams().decrement();
    timer.busy();
  }

  /** Adds a stream and notifies its protocol. */
  void open(Http2Stream stream) {
    // In this order, because a call whose deadline has passed is removed while it is being created.
    table.add(stream);
    stream.handler(server.handler(stream));
  }

  @Override
  public Limit requestLimit() {
    return limit;
  }

  @Override
  public boolean send(Http2Stream stream, StreamPart part) {
    return outbound.write(stream, part);
  }

  @Override
  public void sendInterim(Http2Stream stream, HeaderField[] fields) {
    outbound.interim(stream, fields);
  }

  @Override
  public boolean isWritable(Http2Stream stream) {
    return outbound.isWritable(stream);
  }

  @Override
  public boolean reset(Http2Stream stream, ErrorCode code) {
    remember(stream);
    return outbound.reset(stream, code);
  }

  @Override
  public void resetNow(Http2Stream stream, ErrorCode code) {
    reset(stream.id(), code);
    outbound.flushNow();
  }

  @Override
  public void remember(Http2Stream stream) {
    table.remember(stream.id());
  }

  @Override
  public void release(Http2Stream stream) {
    outbound.release(stream);
  }

  @Override
  public boolean mayBegin(Http2Stream stream) {
    return places.mayBegin(stream);
  }

  @Override
  public boolean stopsWaiting(Http2Stream stream) {
    return places.anyWaiting() && places.forget(stream);
  }

  @Override
  public void closed(Http2Stream stream) {
    places.streamOver();
    table.remove(stream);
  }

  /** Resets a stream because of an error of the client; later frames on it are ignored. */
  void reset(int id, ErrorCode code) {
    table.remember(id);
    var stream = table.get(id);
    if (stream != null) {
      stream.abort();
    }
    outbound.control(
        target -> {
          target.frame(4, Frame.RST_STREAM, 0, id);
          target.putInt(code.code());
        });
  }

  @Override
  public void credit(Http2Stream stream, int length, int streamCredit) {
    if (streamCredit > 0) {
      windowUpdate(stream.id(), streamCredit);
    }
    credit(length);
    if (streamCredit > 0) {
      outbound.flushNow();
    }
  }

  void credit(int length) {
    int credit = length == 0 ? 0 : receiveWindow.credit(length);
    if (credit > 0) {
      windowUpdate(0, credit);
      outbound.flushNow();
    }
  }

  private void windowUpdate(int stream, int increment) {
    outbound.control(
        target -> {
          target.frame(4, Frame.WINDOW_UPDATE, 0, stream);
          target.putInt(increment);
        });
  }

  @Override
  public ConnectionContext context() {
    return context;
  }

  @Override
  public Http2Limits limits() {
    return server.limits();
  }

  @Override
  public MemoryShare memory() {
    return server.memory().share();
  }

  StreamTable table() {
    return table;
  }

  Outbound outbound() {
    return outbound;
  }

  GoingAway goingAway() {
    return goingAway;
  }

  ReceiveWindow receiveWindow() {
    return receiveWindow;
  }

  /** The bytes that the heads of this connection's streams hold. */
  long heldHeads() {
    return heads.get();
  }

  /** The memory for heads, also for incomplete ones. */
  HeadMemory heads() {
    return server.heads();
  }

  /** The memory for the fields that connections remember for compression. */
  HeadMemory tables() {
    return server.tables();
  }

  /** The memory for credentials that were decoded recently. */
  HeadMemory recent() {
    return server.recent();
  }

  /** Whether a header block has begun and is incomplete, which has a time limit. */
  void headerBlock(boolean incomplete) {
    timer.headerBlock(incomplete);
  }
}
