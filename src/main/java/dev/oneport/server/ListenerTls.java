package dev.oneport.server;

import dev.oneport.builtins.TlsCounts;
import dev.oneport.certificates.ServerCertificate;
import dev.oneport.identity.VerifiedCertificates.Asked;
import dev.oneport.transport.tls.TlsServer;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** TLS of the listener, with the current certificate of its files. */
final class ListenerTls implements TlsCounts, AutoCloseable {
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /**
   * Only cipher suites with forward secrecy and authenticated encryption, as HTTP/2 requires (RFC
   * 9113, appendix A).
   */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** In the server's order of preference. */
  private static final List<String> APPLICATION_PROTOCOLS = List.of("h2", "http/1.1", "http/1.0");

  /** The most cached sessions. Most clients use tickets instead, which need no cache. */
  private static final int SESSIONS = 4096;

  private static final Duration SESSION = Duration.ofHours(1);

  private final TlsSettings settings;
  private final LoadedCertificate first;
  private final InstantSource wall;
  private final TlsServer server;
  private ServerCertificate certificate;
  private Optional<Asked> asked;
  private @Nullable CertificateWatch watch;

  ListenerTls(
      TlsSettings settings, LoadedCertificate first, Optional<Asked> asked, InstantSource wall) {
    this.settings = settings;
    this.first = first;
    this.wall = wall;
    this.certificate = first.certificate();
    this.asked = asked;
    this.server = new TlsServer(tls(), settings.handshakeTimeout());
  }

  /** TLS as configured; empty without TLS. */
  static Optional<ListenerTls> of(Plan plan, Optional<Asked> asked, InstantSource wall) {
    return plan.settings()
        .tls()
        .flatMap(
            settings ->
                plan.certificate().map(first -> new ListenerTls(settings, first, asked, wall)));
  }

  private Tls tls() {
    var tls = Tls.builder();
    asked.ifPresent(
        it ->
            tls.clientAuth(it.required() ? TlsClientAuth.REQUIRED : TlsClientAuth.OPTIONAL)
                .trust(List.copyOf(it.authorities())));
    return tls.privateKey(certificate.key())
        .privateKeyCertChain(certificate.chain())
        .enabledProtocols(PROTOCOLS)
        .enabledCipherSuites(CIPHERS)
        .applicationProtocols(APPLICATION_PROTOCOLS)
        .endpointIdentificationAlgorithm(Tls.ENDPOINT_IDENTIFICATION_NONE)
        .sessionCacheSize(SESSIONS)
        .sessionTimeout(SESSION)
        .build();
  }

  /** Starts watching the files. */
  void watch() {
    settings
        .files()
        .ifPresent(files -> watch = new CertificateWatch(files, first, wall, this::use));
  }

  private synchronized void use(ServerCertificate renewed) {
    certificate = renewed;
    server.replace(tls());
  }

  /** Asks clients for other certificates from now on, or for none. */
  synchronized void ask(Optional<Asked> next) {
    if (!next.equals(asked)) {
      asked = next;
      server.replace(tls());
    }
  }

  TlsServer server() {
    return server;
  }

  @Override
  public synchronized Instant expiry() {
    return certificate.expiry();
  }

  @Override
  public long completed() {
    return server.completed();
  }

  @Override
  public long failed() {
    return server.failed();
  }

  @Override
  public Map<String, Long> failures() {
    return server.failures();
  }

  /** The certificate in use, as PEM. */
  synchronized String pem() {
    return certificate.pem();
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
