package dev.oneport.transport.proxy;

import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The PROXY protocol in front of a listener's protocols, TLS included. A trusted peer must send its
 * header, within a time limit and a few kilobytes; the connection is then the client's that the
 * header names. Any other peer must not send one.
 *
 * <p>Helidon's own does not bound how long a client may take, and believes anybody (4.5.0).
 */
public final class ProxyProtocol {
  private final Predicate<SocketAddress> trusted;
  private final Duration timeout;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private volatile boolean closing;

  /**
   * @param trusted whether the other end of a connection is a trusted proxy
   * @param timeout how long a header may take from the connection's first moment
   */
  public ProxyProtocol(Predicate<SocketAddress> trusted, Duration timeout) {
    this.trusted = trusted;
    this.timeout = timeout;
  }

  /** Reads the header, then lets the selector take the connection. */
  public ServerConnectionSelector selector(ServerConnectionSelector protocols) {
    return new ProxySelector(this, protocols);
  }

  /** Ends the connections whose header is still awaited: the server stops. */
  public void closeIdle() {
    closing = true;
    watchdog.lookNow();
  }

  boolean trusts(SocketAddress peer) {
    return trusted.test(peer);
  }

  Duration timeout() {
    return timeout;
  }

  DeadlineWatch watchdog() {
    return watchdog;
  }

  boolean closing() {
    return closing;
  }
}
