package dev.oneport.transport.tls;

import dev.oneport.transport.FirstBytesOfTls;
import dev.oneport.transport.Sockets;
import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One handshake, within its time limit. */
final class TlsHandshake implements DeadlineWatch.Watched {
  private static final System.Logger LOG = System.getLogger(TlsHandshake.class.getName());

  private static final Duration LINGER = Duration.ofSeconds(1);

  private final TlsServer server;
  private final ConnectionContext context;
  private final Wait wait = new Wait();

  TlsHandshake(TlsServer server, ConnectionContext context) {
    this.server = server;
    this.context = context;
  }

  /**
   * Blocks until the handshake is done.
   *
   * @throws CloseConnectionException if the handshake fails; the client has been notified if
   *     possible
   */
  SecureSocket run() {
    wait.start(server.watchdog().after(server.handshakeTimeout()));
    server.watchdog().watch(this);
    try {
      var socket = begin();
      if (!wait.stop()) {
        throw expired(null);
      }
      server.handshakes().completed();
      return socket;
    } catch (UncheckedIOException e) {
      throw failed(Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw failed(e);
    } finally {
      server.watchdog().forget(this);
    }
  }

  private SecureSocket begin() throws IOException {
    var first = context.serverSocket().get();
    if (first == null) {
      throw wait.expired()
          ? expired(null)
          : refused(HandshakeFailure.NO_DATA, "the client disconnected", null);
    }
    if (!FirstBytesOfTls.match(first)) {
      if (!PlainRequest.mayBegin(first)) {
        throw refused(HandshakeFailure.NOT_TLS, "the first bytes are not TLS", null);
      }
      answerInPlain();
      throw refused(HandshakeFailure.PLAIN_HTTP, "the client sent plain HTTP", null);
    }
    try (var turn = server.turns().begin()) {
      var records = new RecordFlood(server.watchdog()::now);
      records.pass(first, 0, first.length);
      return handshake(new LayeredSocket(context.serverSocket(), turn, records), first, records);
    }
  }

  /**
   * Answers in plaintext, then reads the client's remaining bytes, so that the client sees the
   * answer and not a reset.
   */
  private void answerInPlain() {
    context.serverSocket().write(PlainRequest.answer());
    if (wait.stop() && wait.start(server.watchdog().after(LINGER))) {
      drop();
    }
  }

  private void drop() {
    try {
      while (context.serverSocket().get() != null) {
        // Dropped.
      }
    } catch (UncheckedIOException _) {
      // The client has disconnected, or the time is over.
    }
  }

  private SecureSocket handshake(LayeredSocket plain, byte[] first, RecordFlood records)
      throws IOException {
    var tls = server.tls();
    var ssl =
        (SSLSocket)
            tls.sslContext()
                .getSocketFactory()
                .createSocket(plain, new ByteArrayInputStream(first), true);
    ssl.setSSLParameters(TlsServer.parameters(tls));
    ssl.startHandshake();
    // Without cipher suites, the JDK refuses renegotiation (RFC 5746 section 5).
    ssl.setEnabledCipherSuites(new String[0]);
    records.handshakeOver();
    return new SecureSocket(context.serverSocket(), ssl, records);
  }

  private CloseConnectionException failed(IOException e) {
    return wait.expired()
        ? expired(e)
        : refused(HandshakeFailure.of(e), String.valueOf(e.getMessage()), e);
  }

  private CloseConnectionException expired(@Nullable Exception cause) {
    return server.closing()
        ? refused(HandshakeFailure.STOPPING, "the server is stopping", cause)
        : refused(HandshakeFailure.TIMEOUT, "the client was too slow", cause);
  }

  private CloseConnectionException refused(
      HandshakeFailure failure, String why, @Nullable Exception cause) {
    context.log(LOG, Level.DEBUG, "no TLS handshake: %s", why);
    var client = context.remotePeer().address();
    server.handshakes().failed(failure, client, why, server.watchdog().now());
    return new CloseConnectionException("no TLS handshake: " + why, cause);
  }

  @Override
  public void look(long now) {
    if (server.closing() ? wait.expire(wait.pending()) : wait.expireAfter(now)) {
      Sockets.close(context);
    }
  }
}
