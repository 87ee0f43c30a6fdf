package dev.oneport.transport.http2;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.http2.flow.ConnectionInput;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.FrameReader;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.flow.PeerSettings;
import dev.oneport.transport.http2.flow.ReceiveWindow;
import dev.oneport.transport.http2.flow.SocketWriter;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection: reads it on the thread that Helidon calls {@link #handle} on, and ends it
 * in good order whatever ends it.
 */
final class Http2Connection implements ServerConnection, InterruptableTask<Void>, StreamConnection {
  private static final System.Logger LOGGER = System.getLogger(Http2Connection.class.getName());

  private final Http2Server server;
  private final ConnectionContext context;
  private final @Nullable UpgradeRequest upgrade;
  private final StreamTable streams = new StreamTable();
  private final StreamPlaces places;
  private final ReceiveWindow receiveWindow;
  private final SocketWriter socket;
  private final Outbound outbound;
  private final GoingAway goingAway;
  private final ConnectionTimer timer;
  private final ConnectionInput input;
  private final FrameReceiver receiver;
  private Limit limit = FixedLimit.create();
  private volatile @Nullable Thread reader;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean over;

  Http2Connection(Http2Server server, ConnectionContext context, @Nullable UpgradeRequest upgrade) {
    this.server = server;
    this.context = context;
    this.upgrade = upgrade;
    var limits = server.limits();
    places = new StreamPlaces(limits.maxConcurrentStreams(), limits.maxLingeringHandlers());
    receiveWindow = new ReceiveWindow(limits.connectionWindow());
    socket = new SocketWriter(this::write, places::isQuiet, this::lost);
    outbound =
        new Outbound(
            socket,
            limits.outboundBuffer(),
            limits.maxConcurrentStreams(),
            limits.timeouts().stall());
    goingAway = new GoingAway(outbound);
    timer = new ConnectionTimer(limits.timeouts(), System::nanoTime);
    input = new ConnectionInput(this::more);
    receiver = new FrameReceiver(this, new FloodGuard(limits.floods(), System::nanoTime));
  }

  @Override
  public void handle(Limit requestLimit) {
    limit = requestLimit;
    // Before anyone can send the client away: its first frame must be SETTINGS.
    greet();
    server.opened(this);
    if (upgrade == null) {
      read();
    } else {
      awaitEnd(Threads.start("http2-read", this::read));
    }
  }

  /**
   * When Helidon stops, it cuts off an upgraded connection whose thread waits without a time limit,
   * be there streams or not. So another thread reads, and this one waits with a limit.
   */
  private void awaitEnd(Thread reading) {
    while (reading.isAlive()) {
      try {
        var _ = reading.join(Duration.ofHours(1));
      } catch (InterruptedException e) {
        context.log(LOGGER, Level.TRACE, "interrupted", e);
      }
    }
  }

  private void read() {
    reader = Thread.currentThread();
    try {
      converse();
    } catch (ConnectionError e) {
      context.log(LOGGER, Level.DEBUG, "client error %s: %s", e.code(), e.getMessage());
      refuse(e.code());
    } catch (InsufficientDataAvailableException
        | CloseConnectionException
        | UncheckedIOException e) {
      context.log(LOGGER, Level.TRACE, "client has gone", e);
    } catch (RuntimeException e) {
      context.log(LOGGER, Level.WARNING, "HTTP/2 connection failed", e);
      refuse(ErrorCode.INTERNAL_ERROR);
    } finally {
      end();
      server.closed(this);
    }
  }

  private void converse() {
    if (upgrade != null) {
      PeerSettings.read(upgrade.settings(), 0, upgrade.settings().length)
          .apply(outbound, streams.all(), false);
      receiver.upgraded(upgrade.head());
    }
    var frames = new FrameReader(input, receiver);
    frames.readPreface();
    frames.readSettings();
    timer.greeted();
    frames.readFrames();
  }

  private BufferData more() {
    var chunk = context.dataReader().readBuffer();
    timer.bytesArrived();
    return chunk;
  }

  private void write(byte[] bytes, int offset, int length) {
    context.dataWriter().writeNow(BufferData.create(bytes, offset, length));
  }

  private void greet() {
    var limits = limits();
    outbound.control(
        target -> {
          target.frame(18, Frame.SETTINGS, 0, 0);
          target.putShort(Frame.SETTING_MAX_STREAMS);
          target.putInt(limits.maxConcurrentStreams());
          target.putShort(Frame.SETTING_INITIAL_WINDOW);
          target.putInt(limits.streamWindow());
          target.putShort(Frame.SETTING_MAX_HEADER_LIST);
          target.putInt(limits.maxHeaderListSize());
          target.frame(4, Frame.WINDOW_UPDATE, 0, 0);
          target.putInt(limits.connectionWindow() - Frame.DEFAULT_WINDOW);
        });
    outbound.flushNow();
  }

  /** Says why, and reads on until the client has had the time to see it. */
  private void refuse(ErrorCode code) {
    goingAway.leave(code);
    abortStreams();
    try {
      if (outbound.awaitFlushed(limits().timeouts().linger().toNanos())) {
        timer.linger();
        while (true) {
          input.discard();
        }
      }
    } catch (InterruptedException
        | InsufficientDataAvailableException
        | CloseConnectionException
        | UncheckedIOException e) {
      context.log(LOGGER, Level.TRACE, "refused client has gone", e);
    }
  }

  private void abortStreams() {
    streams.all().forEach(Http2Stream::abort);
  }

  private void end() {
    over = true;
    outbound.close(streams.all());
    abortStreams();
    receiver.abandon();
  }

  /** The socket cannot be written to, or must not be waited for any longer. */
  void lost(RuntimeException cause) {
    context.log(LOGGER, Level.TRACE, "connection lost", cause);
    closeNow();
  }

  private void closeNow() {
    outbound.close(streams.all());
    if (closing.compareAndSet(false, true)) {
      Threads.start("http2-close", this::closeSocket);
    }
  }

  private void closeSocket() {
    try {
      context.serverSocket().close();
    } catch (UnsupportedOperationException | UncheckedIOException e) {
      var thread = reader;
      if (thread != null && !over) {
        thread.interrupt();
      }
    }
  }

  /** Called every now and then by the {@link Watchdog}. */
  void tick() {
    long now = System.nanoTime();
    goingAway.tick(now, limits().timeouts().drain().toNanos());
    if (goingAway.hasLeft() && places.isQuiet() && outbound.isFlushed()) {
      timer.linger();
    }
    streams.all().forEach(stream -> stream.tick(now));
    switch (timer.due(socket.stuckNanos(now))) {
      case NOTHING -> {}
      case PING -> ping();
      case DRAIN -> drain();
      case CLOSE -> closeNow();
    }
  }

  private void ping() {
    outbound.control(
        target -> {
          target.frame(8, Frame.PING, 0, 0);
          target.putInt(0);
          target.putInt(0);
        });
    outbound.flushNow();
  }

  /** Takes no more streams, lets those that are open end, and then the connection. */
  void drain() {
    goingAway.announce(System.nanoTime());
  }

  /** Names the last stream now if the connection drains: none begins after that. */
  void hurry() {
    goingAway.hurry();
  }

  @Override
  public void close(boolean interrupt) {
    if (interrupt) {
      closeNow();
    } else {
      drain();
    }
  }

  @Override
  public Duration idleTime() {
    return places.isQuiet() ? timer.idle() : Duration.ZERO;
  }

  /** Draining takes care of the reading thread: an interrupt would close the socket too early. */
  @Override
  public boolean canInterrupt() {
    return over;
  }

  /** Takes a place for a stream, if there is one. */
  boolean acquire() {
    if (!places.acquire()) {
      return false;
    }
    server.streams().increment();
    timer.busy();
    return true;
  }

  /** A stream that had its place did not come to be. */
  void notOpened() {
    places.streamOver();
    handlerOver();
  }

  @Override
  public void handlerOver() {
    places.handlerOver();
    server.streams().decrement();
    timer.busy();
  }

  /** A stream has begun. */
  void open(Http2Stream stream) {
    // In this order: a call whose time is over ends, and leaves the table, while it is made.
    streams.add(stream);
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
    streams.remember(stream.id());
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
    streams.remove(stream);
  }

  /** Ends a stream because of what the client did; what it sends on it from now on is ignored. */
  void reset(int id, ErrorCode code) {
    streams.remember(id);
    var stream = streams.get(id);
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

  StreamTable streams() {
    return streams;
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

  void headerBlock(boolean incomplete) {
    timer.headerBlock(incomplete);
  }
}
