package dev.oneport.transport.websocket;

import dev.oneport.transport.OpenCount;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.common.socket.SocketContext;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.websocket.WsListener;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Owns the WebSockets of a listener: the routes are those of its Helidon {@code WsRouting}, the
 * handlers Helidon's {@code WsListener}s, and everything in between is implemented here.
 *
 * <p>A listener's {@code onHttpUpgrade} may refuse with a {@code RequestException}, whose status,
 * headers and message become the whole HTTP response; a {@code WsUpgradeException} is 400, anything
 * else 500 without detail. Of the response headers it returns, {@code Sec-WebSocket-Protocol} is
 * the choice of a subprotocol and must be among those offered. Upgrades that are refused before the
 * listener is asked are answered by a listener that implements {@link UpgradeRefusals}.
 *
 * <p>Once open, a listener is told of the socket's end exactly once, as its last call: {@code
 * onClose} with the code and reason of the close frame that came first, the client's (1005 if it
 * had none) or ours; with 1006 when the connection was lost or given up without any. If it did not
 * end on purpose, {@code onError} comes just before with the cause: a {@link WebSocketFailure}, or
 * what the listener itself threw. A listener that accepted an upgrade is told of the end even if
 * the socket never opened because the client could not be reached.
 */
public final class WebSocketServer {
  static final ScopedValue<SocketContext> CONNECTING = ScopedValue.newInstance();

  private final WebSocketLimits limits;
  private final RequestMemory memory;
  private final Function<Throwable, CloseReason> failures;
  private final OwnOrigin ownOrigin;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final Codecs codecs = new Codecs();
  private final OpenCount count;
  private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable CloseReason drained;
  private volatile Function<HttpPrologue, Optional<WsListener>> others = _ -> Optional.empty();

  /**
   * @param memory that messages share
   * @param failures the close reason after a listener has thrown; if that throws too, 1011 without
   *     a text
   * @param ownOrigin the origin to which only pages of the same origin may open sockets
   */
  public WebSocketServer(
      WebSocketLimits limits,
      RequestMemory memory,
      Function<Throwable, CloseReason> failures,
      OwnOrigin ownOrigin) {
    this.limits = limits;
    this.memory = memory;
    this.failures = failures;
    this.ownOrigin = ownOrigin;
    this.count = new OpenCount(limits.maxOpen());
  }

  /** Finds listeners for paths that have no route. */
  public void others(Function<HttpPrologue, Optional<WsListener>> listeners) {
    others = listeners;
  }

  Optional<WsListener> other(HttpPrologue prologue) {
    return others.apply(prologue);
  }

  /** The connection whose upgrade a listener is being asked about on this thread. */
  public static Optional<SocketContext> connecting() {
    return CONNECTING.isBound() ? Optional.of(CONNECTING.get()) : Optional.empty();
  }

  /** Takes upgrades to {@code websocket}. */
  public Http1Upgrader upgrader() {
    return new WebSocketUpgrader(this);
  }

  /** Closes every socket when no message is being handled on it, and refuses further ones. */
  public void drain(CloseReason reason) {
    drained = reason;
    open.forEach(connection -> connection.finish(reason));
  }

  /** Waits until no socket is open. */
  public boolean awaitIdle(Duration longest) throws InterruptedException {
    return count.awaitNone(longest);
  }

  /** How many sockets are open or being opened. */
  public int open() {
    return count.open();
  }

  WebSocketLimits limits() {
    return limits;
  }

  OwnOrigin ownOrigin() {
    return ownOrigin;
  }

  RequestMemory memory() {
    return memory;
  }

  DeadlineWatch watchdog() {
    return watchdog;
  }

  Codecs codecs() {
    return codecs;
  }

  boolean draining() {
    return drained != null;
  }

  /** Reserves a place for a socket; false if all are taken. */
  boolean reserve() {
    return count.tryOpen();
  }

  /** Releases a reservation that was never used. */
  void giveUp() {
    count.close();
  }

  void opened(WebSocketConnection connection) {
    open.add(connection);
    var reason = drained;
    if (reason != null) {
      connection.close(reason);
    }
  }

  void ended(WebSocketConnection connection) {
    open.remove(connection);
    count.close();
  }

  CloseReason closeReason(Throwable failure) {
    try {
      return failures.apply(failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return new CloseReason(CloseCode.INTERNAL_ERROR, "");
    }
  }
}
