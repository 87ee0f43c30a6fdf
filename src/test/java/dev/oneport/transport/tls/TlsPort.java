package dev.oneport.transport.tls;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.certificates.ServerCertificate;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http1.Http1Limits;
import dev.oneport.transport.http1.Http1Server;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Http2Server;
import dev.oneport.transport.http2.http.StreamExchange;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server with {@code GET /ping} over TLS on a free port. */
final class TlsPort implements AutoCloseable {
  static final int PATIENCE = 10_000;

  final ServerCertificate certificate =
      SelfSigned.forThisMachine(Instant.now(), Duration.ofDays(1));
  final TlsServer tls;
  private SSLContext client = TestTls.context(certificate);
  private final WebServer server;

  TlsPort(Duration handshakeTimeout) {
    this(handshakeTimeout, false);
  }

  /**
   * @param asks whether clients must show a certificate from the server's own authority
   */
  TlsPort(Duration handshakeTimeout, boolean asks) {
    var http2 =
        new Http2Server(
            Http2Limits.defaults(),
            RequestMemory.unbounded(),
            List.of(),
            StreamExchange.protocol(RefusedRequests.IGNORED));
    var http1 =
        new Http1Server(Http1Limits.defaults(), List.of(http2.upgrader()), RefusedRequests.IGNORED);
    tls =
        new TlsServer(
            asks ? TestTls.asking(certificate) : TestTls.tls(certificate), handshakeTimeout);
    server =
        WebServer.builder()
            .port(0)
            .host("127.0.0.1")
            .useNio(false)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofSeconds(5))
            .protocolsDiscoverServices(false)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .routing(routing -> routing.get("/ping", (_, response) -> response.send("pong")))
            .addConnectionSelector(tls.selector(http1.selector(http2.selector())))
            .build()
            .start();
  }

  /** From now on, clients show the server's own certificate. */
  TlsPort identified() {
    client = TestTls.context(certificate, certificate);
    return this;
  }

  /** A connection without TLS. */
  Socket plain() throws IOException {
    return plain(new Socket());
  }

  private Socket plain(Socket socket) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE);
    return socket;
  }

  /** A TLS socket before its handshake. */
  SSLSocket secure(String... protocols) throws IOException {
    return secure(new Socket(), protocols);
  }

  /** The same over a socket that is not connected yet. */
  SSLSocket secure(Socket beneath, String... protocols) throws IOException {
    var factory = client.getSocketFactory();
    var socket = (SSLSocket) factory.createSocket(plain(beneath), "localhost", server.port(), true);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(PATIENCE);
    return socket;
  }

  @Override
  public void close() {
    server.stop();
  }
}
