package dev.oneport.transport.tls;

import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLParameters;

/**
 * TLS in front of a listener's protocols. Handshakes run on the thread of their connection, within
 * a time limit, and only a few compute at once, so that neither a stalled client nor a flood of
 * clients delays others.
 *
 * <p>Helidon's listener does none of this, and ignores protocols, ciphers and client authentication
 * on sockets that are not NIO (4.5.0). Therefore it listens without TLS, and this class sits
 * between it and the protocols.
 */
public final class TlsServer {
  private final Duration handshakeTimeout;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final HandshakeTurns turns;
  private final Handshakes handshakes = new Handshakes();
  private volatile Tls tls;
  private volatile boolean closing;

  /**
   * @param tls the context and the parameters for handshakes
   * @param handshakeTimeout how long a handshake may take, from the start of the connection
   */
  public TlsServer(Tls tls, Duration handshakeTimeout) {
    this.tls = tls;
    this.handshakeTimeout = handshakeTimeout;
    // One processor stays free for connections that are already open.
    this.turns = new HandshakeTurns(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  /** Performs the handshake, then passes the connection to the selector. */
  public ServerConnectionSelector selector(ServerConnectionSelector protocols) {
    return new TlsSelector(this, protocols);
  }

  /**
   * Replaces TLS for new connections. Earlier sessions cannot be resumed, so that a client whose
   * authority is no longer trusted cannot reconnect with an old ticket.
   */
  public void replace(Tls next) {
    tls = next;
  }

  /** Ends running and future handshakes, because the server is stopping. */
  public void closeIdle() {
    closing = true;
    watchdog.lookNow();
  }

  /** How many handshakes were completed. */
  public long completed() {
    return handshakes.allCompleted();
  }

  /** How many connections ended without a handshake. */
  public long failed() {
    return handshakes.allFailed();
  }

  /** The same by the reason, in lower case. */
  public Map<String, Long> failures() {
    return handshakes.failures();
  }

  Handshakes handshakes() {
    return handshakes;
  }

  Tls tls() {
    return tls;
  }

  /** The parameters of a handshake with this TLS. */
  static SSLParameters parameters(Tls tls) {
    var parameters = tls.sslParameters();
    // Helidon sets an empty name (4.5.0). The JDK would resume no session with it, because its
    // tickets have none (JDK 25).
    parameters.setEndpointIdentificationAlgorithm(null);
    return parameters;
  }

  Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  DeadlineWatch watchdog() {
    return watchdog;
  }

  HandshakeTurns turns() {
    return turns;
  }

  boolean closing() {
    return closing;
  }
}
