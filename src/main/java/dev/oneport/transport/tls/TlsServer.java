package dev.oneport.transport.tls;

import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * TLS in front of a listener's protocols. Handshakes run on the thread of their connection, within
 * a time limit, and few compute at once, so that neither a client that stalls nor a flood of
 * clients holds up others.
 *
 * <p>Helidon's own listener does none of this, and ignores protocols, ciphers and client
 * authentication on sockets that are not NIO (4.5.0); so it listens in cleartext, and this is
 * between it and the protocols.
 */
public final class TlsServer {
  private final Duration handshakeTimeout;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final HandshakeTurns turns;
  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile Tls tls;
  private volatile boolean closing;

  /**
   * @param tls what handshakes use; its context and parameters
   * @param handshakeTimeout how long a handshake may take from the connection's first moment
   */
  public TlsServer(Tls tls, Duration handshakeTimeout) {
    this.tls = tls;
    this.handshakeTimeout = handshakeTimeout;
    // One processor stays free for connections that are already open.
    this.turns = new HandshakeTurns(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  /** Performs the handshake, then lets the selector take the connection. */
  public ServerConnectionSelector selector(ServerConnectionSelector protocols) {
    return new TlsSelector(this, protocols);
  }

  /**
   * Uses this for new connections. Sessions of earlier ones cannot be resumed, so that a client
   * whose authority is no longer trusted does not come back with an old ticket.
   */
  public void replace(Tls next) {
    tls = next;
  }

  /** Ends the handshakes under way and those to come: the server stops. */
  public void closeIdle() {
    closing = true;
    watchdog.lookNow();
  }

  /** How many handshakes were completed. */
  public long completed() {
    return completed.sum();
  }

  /** How many connections ended without a handshake. */
  public long failed() {
    return failed.sum();
  }

  void count(boolean success) {
    (success ? completed : failed).increment();
  }

  Tls tls() {
    return tls;
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
