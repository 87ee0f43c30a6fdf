package dev.oneport.testing;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.certificates.ServerCertificate;
import dev.oneport.transport.tls.TlsServer;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.common.tls.TlsConfig;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS for tests: servers that are started with it say so of their port, and the tests' clients then
 * speak TLS to that port and cleartext to others. With {@code -Doneport.test.tls=true} all servers
 * of the fixtures are started with it.
 */
@SuppressWarnings("TimeInStaticInitializer")
public final class TestTls {
  /** Whether every fixture speaks TLS. */
  public static final boolean ON = Boolean.getBoolean("oneport.test.tls");

  private static final int PATIENCE = 10_000;

  /** Before the times to which tests set their clocks; its end is after them, in 2049. */
  private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");

  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();
  private static final ServerCertificate CERTIFICATE =
      SelfSigned.forThisMachine(BEGIN, Duration.ofDays(18_000));
  private static final SSLContext CONTEXT = context(CERTIFICATE);

  /** What clients show in this scope. */
  private static final ScopedValue<ServerCertificate> IDENTITY = ScopedValue.newInstance();

  /** What clients trust in this scope instead of the fixtures' certificate. */
  private static final ScopedValue<List<ServerCertificate>> TRUSTED = ScopedValue.newInstance();

  private TestTls() {}

  /** Clients that are made, and sockets that are opened, in this scope trust these servers. */
  public static ScopedValue.Carrier trusting(List<ServerCertificate> servers) {
    return ScopedValue.where(TRUSTED, servers);
  }

  private static List<ServerCertificate> trusted() {
    return TRUSTED.orElse(List.of(CERTIFICATE));
  }

  /** Clients that are made, and sockets that are opened, in this scope show a certificate. */
  public static ScopedValue.Carrier as(ServerCertificate identity) {
    return ScopedValue.where(IDENTITY, identity);
  }

  private static SSLContext current() {
    return IDENTITY.isBound() || TRUSTED.isBound()
        ? context(trusted(), IDENTITY.isBound() ? IDENTITY.get() : null)
        : CONTEXT;
  }

  /** Remembers that a server speaks TLS; {@link #closed} forgets it. */
  public static void opened(int port) {
    PORTS.add(port);
  }

  public static void closed(int port) {
    PORTS.remove(port);
  }

  public static boolean speaks(int port) {
    return PORTS.contains(port);
  }

  /** A connected socket, over TLS if the port's server speaks it. */
  public static Socket connect(int port) throws IOException {
    return connect(new Socket(), port);
  }

  /** The same with a socket that is not connected yet. */
  public static Socket connect(Socket socket, int port, String... protocols) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
    if (!speaks(port)) {
      return socket;
    }
    var ssl =
        (SSLSocket) current().getSocketFactory().createSocket(socket, "localhost", port, true);
    var parameters = ssl.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    ssl.setSSLParameters(parameters);
    ssl.setSoTimeout(PATIENCE);
    ssl.startHandshake();
    return ssl;
  }

  /** The server's side of a connection that was accepted. */
  public static Socket accepted(Socket plain) throws IOException {
    var factory = context(CERTIFICATE, CERTIFICATE).getSocketFactory();
    var ssl = (SSLSocket) factory.createSocket(plain, null, plain.getPort(), true);
    ssl.setUseClientMode(false);
    ssl.startHandshake();
    return ssl;
  }

  /** A URL of the port; the scheme is {@code http} or {@code ws}, with an s if it speaks TLS. */
  public static URI uri(String scheme, int port, String path) {
    return URI.create(scheme + (speaks(port) ? "s" : "") + "://127.0.0.1:" + port + path);
  }

  /** A builder of clients that trust the tests' certificate. */
  public static HttpClient.Builder http() {
    return HttpClient.newBuilder().sslContext(current());
  }

  /** A gRPC channel to the port. */
  public static NettyChannelBuilder channel(int port) {
    var credentials = speaks(port) ? trusting() : InsecureChannelCredentials.create();
    return NettyChannelBuilder.forAddress("127.0.0.1", port, credentials);
  }

  private static ChannelCredentials trusting() {
    try {
      // From PEM, gRPC would keep only one of several certificates with the same subject.
      var credentials =
          TlsChannelCredentials.newBuilder().trustManager(trust(trusted()).getTrustManagers());
      if (IDENTITY.isBound()) {
        credentials.keyManager(stream(chain(IDENTITY.get())), stream(keyPem(IDENTITY.get())));
      }
      return credentials.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The selector, behind TLS if every fixture speaks it. */
  public static ServerConnectionSelector over(ServerConnectionSelector protocols) {
    return ON
        ? new TlsServer(tls(CERTIFICATE), Duration.ofSeconds(10)).selector(protocols)
        : protocols;
  }

  /** Helidon's configuration of a certificate. */
  public static Tls tls(ServerCertificate certificate) {
    return builder(certificate).build();
  }

  private static TlsConfig.Builder builder(ServerCertificate certificate) {
    return Tls.builder()
        .privateKey(certificate.key())
        .privateKeyCertChain(certificate.chain())
        .endpointIdentificationAlgorithm(Tls.ENDPOINT_IDENTIFICATION_NONE)
        .applicationProtocols(List.of("h2", "http/1.1"));
  }

  /** The same for a server whose clients must show a certificate of the same authority. */
  public static Tls asking(ServerCertificate certificate) {
    return builder(certificate)
        .clientAuth(TlsClientAuth.REQUIRED)
        .trust(certificate.chain())
        .build();
  }

  /** The variables that make a server speak TLS with the tests' certificate. */
  static Map<String, String> variables() {
    return Map.of(
        "ONEPORT_SERVER_TLS_CERTIFICATE",
        Stored.FILES.resolve("certificate.pem").toString(),
        "ONEPORT_SERVER_TLS_KEY",
        Stored.FILES.resolve("key.pem").toString());
  }

  /** The certificate that the servers of the fixtures have. */
  public static Path certificate() {
    return Stored.FILES.resolve("certificate.pem");
  }

  private static ByteArrayInputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }

  /** The certificate and its issuers as PEM. */
  public static String chain(ServerCertificate certificate) {
    return certificate.chain().stream()
        .map(each -> new ServerCertificate(List.of(each), certificate.key()).pem())
        .collect(Collectors.joining());
  }

  /** The key as PEM. */
  public static String keyPem(ServerCertificate certificate) {
    var key = Base64.getMimeEncoder().encodeToString(certificate.key().getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n";
  }

  /** Writes a certificate and its key into a folder as {@code certificate.pem, key.pem}. */
  public static Path write(ServerCertificate certificate, Path folder) {
    try {
      Files.writeString(folder.resolve("certificate.pem"), certificate.pem());
      Files.writeString(folder.resolve("key.pem"), keyPem(certificate));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What trusts a certificate and nothing else. */
  public static SSLContext context(ServerCertificate certificate) {
    return context(List.of(certificate), null);
  }

  /** The same for clients that show a certificate of their own. */
  public static SSLContext context(ServerCertificate certificate, ServerCertificate identity) {
    return context(List.of(certificate), identity);
  }

  private static SSLContext context(
      List<ServerCertificate> servers, @Nullable ServerCertificate identity) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          identity == null ? null : keys(identity).getKeyManagers(),
          trust(servers).getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrustManagerFactory trust(List<ServerCertificate> servers)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (var server : servers) {
      store.setCertificateEntry("server" + store.size(), server.chain().getFirst());
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  private static KeyManagerFactory keys(ServerCertificate identity)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    var chain = identity.chain().toArray(Certificate[]::new);
    store.setKeyEntry("client", identity.key(), new char[0], chain);
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    return keys;
  }

  /** Written when first needed. */
  private static final class Stored {
    static final Path FILES = folder();

    private static Path folder() {
      try {
        var folder = Files.createTempDirectory("oneport-tls");
        write(CERTIFICATE, folder);
        folder.toFile().deleteOnExit();
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
