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
 * Owns the WebSockets of a listener. Their routes come from Helidon's {@code WsRouting}, and their
 * handlers are Helidon's {@code WsListener}s; everything else is implemented here.
 *
 * <p>A listener's {@code onHttpUpgrade} may refuse with a {@code RequestException}, whose status,
 * headers and message become the whole HTTP response; a {@code WsUpgradeException} is answered with
 * 400, any other exception with 500 without detail. In the headers that it returns, {@code
 * Sec-WebSocket-Protocol} selects a subprotocol, which the client must have offered. A listener
 * that implements {@link UpgradeRefusals} answers the upgrades that are refused before it is
 * called.
 *
 * <p>The last call of a listener is {@code onClose}, exactly once, with the code and reason of the
 * first close frame, the client's (1005 if it had no code) or the server's; with 1006 if the
 * connection ended without a close frame. If the socket did not close normally, {@code onError} is
 * called just before with the cause: a {@link WebSocketFailure}, or an exception of the listener. A
 * listener that accepted an upgrade is notified of the end even if the socket never opened because
 * the client could not be reached.
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
   * @param memory the memory that messages share
   * @param failures returns the close reason for an exception of a listener; if it throws too, 1011
   *     without a text
   * @param ownOrigin determines the server's origin, whose pages may open sockets
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

  /** The connection whose upgrade is being decided by a listener on this thread. */
  public static Optional<SocketContext> connecting() {
    return CONNECTING.isBound() ? Optional.of(CONNECTING.get()) : Optional.empty();
  }

  /** The upgrader for {@code websocket}. */
  public Http1Upgrader upgrader() {
    return new WebSocketUpgrader(this);
  }

  /** Closes every socket when no message is being handled on it, and refuses further sockets. */
  public void drain(CloseReason reason) {
    drained = reason;
    open.forEach(connection -> connection.finish(reason));
  }

  /** Waits until no socket is open. */
  public boolean awaitIdle(Duration longest) throws InterruptedException {
    return count.awaitNone(longest);
  }

  /** The number of sockets that are open or being opened. */
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

  /** Acquires a permit for a socket; false at the limit. */
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
