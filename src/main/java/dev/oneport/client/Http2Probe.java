package dev.oneport.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * Finds out whether a server speaks HTTP/2 as gRPC needs it: negotiated by ALPN over TLS, or with
 * prior knowledge in plaintext (RFC 9113 sections 3.2 and 3.3). It opens a new connection, sends
 * the preface and examines the first bytes of the response.
 */
final class Http2Probe {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HEAD = 9;
  private static final int TYPE = 3;
  private static final int SETTINGS = 4;

  private final Endpoint endpoint;
  private final Trust trust;
  private final Duration timeout;

  Http2Probe(Endpoint endpoint, Trust trust, Duration timeout) {
    this.endpoint = endpoint;
    this.trust = trust;
    this.timeout = timeout;
  }

  /** Probes the server; empty if it speaks HTTP/2, otherwise what is wrong. */
  Optional<Failure> run() {
    try (var tcp = new Socket()) {
      tcp.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), millis());
      tcp.setSoTimeout(millis());
      return endpoint.secure() ? overTls(tcp) : sendPreface(tcp);
    } catch (IOException e) {
      return Optional.of(ConnectFailures.of(e));
    }
  }

  private Optional<Failure> overTls(Socket tcp) throws IOException {
    var factory = trust.context().getSocketFactory();
    try (var tls = (SSLSocket) factory.createSocket(tcp, endpoint.host(), endpoint.port(), true)) {
      var parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return "h2".equals(tls.getApplicationProtocol())
          ? sendPreface(tls)
          : Optional.of(Failure.of(Problem.NO_HTTP2, "it does not select h2 (ALPN)"));
    }
  }

  private Optional<Failure> sendPreface(Socket socket) throws IOException {
    socket.getOutputStream().write(PREFACE);
    socket.getOutputStream().flush();
    var head = socket.getInputStream().readNBytes(HEAD);
    if (head.length == HEAD && head[TYPE] == SETTINGS) {
      return Optional.empty();
    }
    var text = new String(head, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    if (text.startsWith("HTTP/1")) {
      return Optional.of(Failure.of(Problem.NO_HTTP2, "gRPC needs HTTP/2"));
    }
    if (head.length > 0 && (head[0] == 0x15 || head[0] == 0x16)) {
      return Optional.of(
          Failure.of(Problem.TLS_FAILED, "the server expects TLS; use https:// or wss://"));
    }
    if (head.length == 0) {
      throw new EOFException();
    }
    return Optional.of(
        Failure.of(Problem.NOT_THE_SERVER, "it answers neither in HTTP/2 nor in HTTP/1.1"));
  }

  private int millis() {
    return Math.toIntExact(timeout.toMillis());
  }
}
