package dev.oneport.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;

/** Checks the TLS handshake: the certificate, its issuer, its name, its expiry, and ALPN. */
final class TlsCheck {
  private static final Duration SOON = Duration.ofDays(14);

  private final Endpoint endpoint;
  private final Trust trust;
  private final Duration timeout;
  private final Clock clock;

  TlsCheck(Endpoint endpoint, Trust trust, Duration timeout, Clock clock) {
    this.endpoint = endpoint;
    this.trust = trust;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** The findings about TLS and, if there is a connection, about ALPN. */
  List<Finding> run() {
    var witness = new ChainWitness(trust.manager());
    try (var tcp = new Socket()) {
      tcp.connect(
          new InetSocketAddress(endpoint.host(), endpoint.port()),
          Math.toIntExact(timeout.toMillis()));
      tcp.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      return handshake(tcp, witness);
    } catch (IOException e) {
      var failure = ConnectFailures.of(e);
      var shown = witness.shown();
      return List.of(
          Finding.wrong(
              "tls",
              shown.isEmpty()
                  ? failure
                  : Failure.of(
                      failure.problem(),
                      failure.detail() + "; it shows " + name(shown.getFirst()))));
    }
  }

  private List<Finding> handshake(Socket tcp, ChainWitness witness) throws IOException {
    var factory = Trust.context(witness).getSocketFactory();
    try (var tls = (SSLSocket) factory.createSocket(tcp, endpoint.host(), endpoint.port(), true)) {
      var parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return List.of(
          certificate(tls.getSession().getProtocol(), witness.shown().getFirst()),
          alpn(tls.getApplicationProtocol()));
    }
  }

  private Finding certificate(String protocol, X509Certificate shown) {
    var left = Duration.between(clock.instant(), shown.getNotAfter().toInstant());
    var text = protocol + ", " + name(shown) + ", good for " + left.toDays() + " days";
    return left.compareTo(SOON) < 0
        ? Finding.note("tls", text, "have the certificate renewed")
        : Finding.good("tls", text);
  }

  private static Finding alpn(String chosen) {
    return chosen.equals("h2")
        ? Finding.good("alpn", "chooses h2")
        : Finding.wrong(
            "alpn",
            "chooses " + (chosen.isEmpty() ? "nothing" : ForeignText.line(chosen)) + ", not h2",
            "let the proxy that terminates TLS offer h2; gRPC needs it");
  }

  private static String name(X509Certificate certificate) {
    return ForeignText.line(
        certificate.getSubjectX500Principal().getName()
            + " by "
            + certificate.getIssuerX500Principal().getName());
  }
}
