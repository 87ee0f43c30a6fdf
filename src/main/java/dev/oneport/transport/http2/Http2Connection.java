package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.ConnectionInput;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.FrameReader;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.flow.PeerSettings;
import dev.oneport.transport.http2.flow.SocketWriter;
import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
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
 * One HTTP/2 connection. The thread on which Helidon calls {@link #handle} reads it, and closes it
 * in order, whatever the reason.
 */
final class Http2Connection implements ServerConnection, InterruptableTask<Void> {
  private static final System.Logger LOGGER = System.getLogger(Http2Connection.class.getName());

  /** How long a credential is remembered after a stream has begun or ended. */
  private static final Duration RECENT = Duration.ofSeconds(2);

  private final Http2Server server;
  private final ConnectionContext context;
  private final @Nullable UpgradeRequest upgrade;
  private final StreamPlaces places;
  private final OpenStreams streams;
  private final SocketWriter socket;
  private final Outbound outbound;
  private final GoingAway goingAway;
  private final ConnectionTimer timer;
  private final ConnectionInput input;
  private final FrameReceiver receiver;
  private volatile @Nullable Thread reader;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean over;

  Http2Connection(Http2Server server, ConnectionContext context, @Nullable UpgradeRequest upgrade) {
    this.server = server;
    this.context = context;
    this.upgrade = upgrade;
    var limits = server.limits();
    places = new StreamPlaces(limits.maxConcurrentStreams(), limits.maxLingeringHandlers());
    socket = new SocketWriter(this::write, places::isQuiet, this::lost);
    outbound =
        new Outbound(
            socket,
            limits.outboundBuffer(),
            limits.maxConcurrentStreams(),
            limits.timeouts().stall());
    goingAway = new GoingAway(outbound);
    timer = new ConnectionTimer(limits.timeouts(), System::nanoTime);
    streams = new OpenStreams(server, context, places, outbound, goingAway, timer);
    input = new ConnectionInput(source(), server.heads());
    receiver = new FrameReceiver(streams, new FloodGuard(limits.floods(), System::nanoTime));
  }

  @Override
  public void handle(Limit requestLimit) {
    streams.requestLimit(requestLimit);
    // Before a GOAWAY can be sent: the first frame must be SETTINGS.
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
   * even if streams are open. Therefore another thread reads, and this one waits with a limit.
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
          .apply(outbound, streams.table().all(), false);
      receiver.upgraded(upgrade.head());
    }
    var frames = new FrameReader(input, receiver);
    frames.readPreface();
    frames.readSettings();
    timer.greeted();
    frames.readFrames();
  }

  private ConnectionInput.Source source() {
    return new ConnectionInput.Source() {
      @Override
      public BufferData read() {
        var chunk = context.dataReader().readBuffer();
        timer.bytesArrived();
        return chunk;
      }

      @Override
      public int read(BufferData target) {
        return context.dataReader().available() > 0 ? 0 : readSocket(target);
      }
    };
  }

  /** Unlike the socket's other method, this one copies into no array of its own (Helidon 4.5.0). */
  @SuppressWarnings("removal")
  private int readSocket(BufferData target) {
    int more = context.serverSocket().read(target);
    if (more < 0) {
      throw new InsufficientDataAvailableException();
    }
    timer.bytesArrived();
    return more;
  }

  private void write(byte[] bytes, int offset, int length) {
    context.dataWriter().writeNow(BufferData.create(bytes, offset, length));
  }

  private void greet() {
    var limits = server.limits();
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

  /** Sends a GOAWAY with the code, and reads on until the client has had time to see it. */
  private void refuse(ErrorCode code) {
    goingAway.leave(code);
    streams.abort();
    try {
      if (outbound.awaitFlushed(server.limits().timeouts().linger().toNanos())) {
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

  private void end() {
    over = true;
    outbound.close(streams.table().all());
    streams.abort();
    receiver.abandon();
    input.close();
  }

  /** Closes the connection, because the socket has failed or is blocked. */
  void lost(RuntimeException cause) {
    context.log(LOGGER, Level.TRACE, "connection lost", cause);
    closeNow();
  }

  private void closeNow() {
    outbound.close(streams.table().all());
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

  /** The bytes that the heads of its streams hold. */
  long heldHeads() {
    return streams.heldHeads();
  }

  /** Closes the connection, because it holds too much of what all connections share. */
  void giveWay() {
    context.log(LOGGER, Level.DEBUG, "closed: it held the most heads, %d bytes", heldHeads());
    closeNow();
  }

  /** Acts on passed deadlines; called periodically by the {@link Watchdog}. */
  void tick() {
    long now = System.nanoTime();
    goingAway.tick(now, server.limits().timeouts().drain().toNanos());
    if (goingAway.hasLeft() && places.isQuiet() && outbound.isFlushed()) {
      timer.linger();
    }
    streams.table().all().forEach(stream -> stream.tick(now));
    if (timer.idle().compareTo(RECENT) > 0) {
      receiver.forgetRecent();
    }
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

  /** Accepts no more streams; the connection ends after the open ones. */
  void drain() {
    goingAway.announce(System.nanoTime());
  }

  /** Refuses further streams now if the connection is draining. */
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

  /**
   * The reading thread is not interrupted, because that would close the socket too early; draining
   * ends it.
   */
  @Override
  public boolean canInterrupt() {
    return over;
  }
}
