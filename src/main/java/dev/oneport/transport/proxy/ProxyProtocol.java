package dev.oneport.transport.proxy;

import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The PROXY protocol in front of a listener's protocols, including TLS. A trusted peer must send a
 * header, within a time limit and a few kilobytes; the connection then counts as the client's that
 * the header names. Other peers must not send one.
 *
 * <p>Helidon's implementation has no time limit and trusts every peer (4.5.0).
 */
public final class ProxyProtocol {
  private final Predicate<SocketAddress> trusted;
  private final Duration timeout;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private volatile boolean closing;

  /**
   * @param trusted whether the peer of a connection is a trusted proxy
   * @param timeout how long a header may take, from the start of the connection
   */
  public ProxyProtocol(Predicate<SocketAddress> trusted, Duration timeout) {
    this.trusted = trusted;
    this.timeout = timeout;
  }

  /** Reads the header, then passes the connection to the selector. */
  public ServerConnectionSelector selector(ServerConnectionSelector protocols) {
    return new ProxySelector(this, protocols);
  }

  /** Closes the connections that still wait for their header, because the server is stopping. */
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
