package dev.oneport.gateway;

import dev.oneport.api.Reason;
import dev.oneport.gate.FailedCall;
import dev.oneport.gate.UpstreamSocket;
import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.websocket.OriginSocket;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins a client's socket with one to the upstream: messages are forwarded in both directions, and
 * both sockets close with the same code. Each side answers its own pings; a silent upstream is
 * pinged.
 */
final class ForwardedSocket
    implements WsListener, UpstreamSocket, OriginSocket.Receiver, DeadlineWatch.Watched {
  private static final int NO_CODE = 1005;
  private static final int LOST = 1006;
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;

  /** How long an upstream may take to answer a close frame. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private static final Duration PING_INTERVAL = Duration.ofSeconds(30);

  private final SocketForwarder forwarder;
  private final ForwardedRoute forwarded;
  private final CanonicalPath path;
  private final DeadlineWatch watchdog;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean pinging = new AtomicBoolean();
  private Consumer<FailedCall> failures = _ -> {};
  private SocketForwarder.@Nullable Opened opened;
  private volatile @Nullable WsSession session;
  private volatile long lastHeard;
  private volatile long lastPing;
  private volatile boolean clientClosed;

  ForwardedSocket(
      SocketForwarder forwarder,
      ForwardedRoute forwarded,
      CanonicalPath path,
      DeadlineWatch watchdog) {
    this.forwarder = forwarder;
    this.forwarded = forwarded;
    this.path = path;
    this.watchdog = watchdog;
  }

  @Override
  public void onFailure(Consumer<FailedCall> told) {
    failures = told;
  }

  @Override
  public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
    var upstream = forwarder.open(prologue, headers, forwarded, path);
    opened = upstream;
    return Optional.of(upstream.answer());
  }

  private SocketForwarder.Opened opened() {
    return Objects.requireNonNull(opened);
  }

  @Override
  public void onOpen(WsSession client) {
    session = client;
    lastHeard = watchdog.now();
    watchdog.watch(this);
    Thread.ofVirtual().name("gateway-socket").start(this::receive);
  }

  private void receive() {
    try {
      var closed = opened().socket().receive(this);
      if (!clientClosed) {
        opened().socket().close(closed.code(), closed.reason());
        int code = closed.code() == NO_CODE ? NORMAL : closed.code();
        client().close(code, closed.reason());
      }
    } catch (IOException e) {
      if (!clientClosed) {
        failures.accept(forwarder.failed(Reason.UPSTREAM_UNAVAILABLE, e));
      }
    } catch (RuntimeException _) {
      // The client's side has ended and is being closed.
    } finally {
      end();
    }
  }

  private WsSession client() {
    return Objects.requireNonNull(session);
  }

  @Override
  public void text(String text, boolean last) {
    client().send(text, last);
  }

  @Override
  public void binary(byte[] bytes, boolean last) {
    client().send(BufferData.create(bytes), last);
  }

  @Override
  public void heard() {
    lastHeard = watchdog.now();
  }

  @Override
  public void onMessage(WsSession client, String text, boolean last) {
    send(true, text.getBytes(StandardCharsets.UTF_8), last);
  }

  @Override
  public void onMessage(WsSession client, BufferData buffer, boolean last) {
    send(false, buffer.readBytes(), last);
  }

  private void send(boolean text, byte[] bytes, boolean last) {
    try {
      opened().socket().send(text, bytes, last);
    } catch (IOException e) {
      failures.accept(forwarder.failed(Reason.UPSTREAM_UNAVAILABLE, e));
    }
  }

  @Override
  public void onClose(WsSession client, int code, String reason) {
    clientClosed = true;
    opened().lent().connection().closeIn(CLOSING);
    try {
      opened().socket().close(code == LOST ? GOING_AWAY : code, reason);
    } catch (IOException _) {
      end();
    }
  }

  @Override
  public void onError(WsSession client, Throwable error) {
    // onClose follows
  }

  @Override
  public void onPing(WsSession client, BufferData buffer) {
    // The transport answers pings.
  }

  @Override
  public void onPong(WsSession client, BufferData buffer) {
    // The transport handles pongs.
  }

  @Override
  public void abandoned() {
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      watchdog.forget(this);
      forwarder.pool().end(opened().lent());
    }
  }

  /** Pings a silent upstream, which then stays within its idle time if it is alive. */
  @Override
  public void look(long now) {
    var idle = forwarder.upstream().times().idle();
    var interval =
        idle.dividedBy(2).compareTo(PING_INTERVAL) < 0 ? idle.dividedBy(2) : PING_INTERVAL;
    if (now > Math.max(lastHeard, lastPing) + interval.toNanos()
        && pinging.compareAndSet(false, true)) {
      Thread.ofVirtual().name("gateway-ping").start(this::ping);
    }
  }

  private void ping() {
    try {
      opened().socket().ping();
    } catch (IOException _) {
      // The receiving thread gets the same failure.
    } finally {
      lastPing = watchdog.now();
      pinging.set(false);
    }
  }
}
