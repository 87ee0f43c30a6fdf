package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.JwksServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys come over TLS that is verified. */
final class IssuerTlsTest {
  private static final String AUTHORITY = "authority";
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void aGoodCertificateOfWhoIsTrusted() throws Exception {
    var store = certificate("good", "-1d", "localhost");
    var client = new KeyClient(Optional.of(trusting(store)));
    try (var server = new Server(store)) {
      assertEquals("{}", client.get(server.uri(), KeyAccess.OPEN).body());
    }
  }

  @Test
  void anExpiredCertificate() throws Exception {
    var store = certificate("expired", "-10d", "localhost");
    var client = new KeyClient(Optional.of(trusting(store)));
    try (var server = new Server(store)) {
      assertThrows(IOException.class, () -> client.get(server.uri(), KeyAccess.OPEN));
    }
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    var store = certificate("elsewhere", "-1d", "elsewhere.test");
    var client = new KeyClient(Optional.of(trusting(store)));
    try (var server = new Server(store)) {
      assertThrows(IOException.class, () -> client.get(server.uri(), KeyAccess.OPEN));
    }
  }

  @Test
  void aCertificateOfNobodyTrusted() throws Exception {
    try (var server = new Server(certificate("unknown", "-1d", "localhost"))) {
      var client = new KeyClient(Optional.empty());
      assertThrows(IOException.class, () -> client.get(server.uri(), KeyAccess.OPEN));
    }
  }

  @Test
  void theAuthorityOfAFileCountsAndIsReadAgain() throws Exception {
    var client = new KeyClient(Optional.empty());
    var first = certificate("first", "-1d", "localhost");
    var second = certificate("second", "-1d", "localhost");
    var ca = folder.resolve("ca.pem");
    var access = new KeyAccess(Optional.of(ca), Optional.empty());
    var authority = first.getCertificate(AUTHORITY);
    var otherAuthority = second.getCertificate(AUTHORITY);
    writePem(authority, ca);
    try (var one = new Server(first);
        var two = new Server(second)) {
      assertEquals("{}", client.get(one.uri(), access).body());
      assertThrows(IOException.class, () -> client.get(two.uri(), access));
      writePem(otherAuthority, ca);
      assertEquals("{}", client.get(two.uri(), access).body());
      Files.writeString(ca, "");
      assertThrows(IOException.class, () -> client.get(two.uri(), access));
      Files.delete(ca);
      assertThrows(IOException.class, () -> client.get(two.uri(), access));
    }
  }

  @Test
  void theTokenOfAFileIsSentAndReadAgain() throws Exception {
    var client = new KeyClient(Optional.empty());
    var token = Files.writeString(folder.resolve("token"), "one.two-three\n");
    var access = new KeyAccess(Optional.empty(), Optional.of(token));
    var received = new ArrayList<String>();
    try (var server =
        JwksServer.start(
            exchange -> {
              received.addAll(
                  exchange.getRequestHeaders().getOrDefault("Authorization", List.of("none")));
              JwksServer.text("{}", "").answer(exchange);
            })) {
      var uri = URI.create(server.url("/keys"));
      client.get(uri, access);
      Files.writeString(token, "four");
      client.get(uri, access);
      client.get(uri, KeyAccess.OPEN);
      Files.writeString(token, "two\nlines");
      assertThrows(IOException.class, () -> client.get(uri, access));
    }
    assertEquals(List.of("Bearer one.two-three", "Bearer four", "none"), received);
  }

  @Test
  void theTokenStaysWithTheServerThatItIsFor() {
    var access = new KeyAccess(Optional.empty(), Optional.of(folder.resolve("token")));
    var own = URI.create("https://issuer.test/.well-known/openid-configuration");
    assertEquals(access, access.at(URI.create("https://issuer.test/keys"), own));
    for (var other :
        List.of("https://keys.test/", "https://issuer.test:8443/", "http://issuer.test/")) {
      assertEquals(KeyAccess.OPEN, access.at(URI.create(other), own), other);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jwks: https://issuer.test/jwks, ca: no-such-file | issuers.a.ca: there is no file no-such-file that can be read",
        "jwks: https://issuer.test/jwks, ca: pom.xml | issuers.a.ca: must be a file of certificates in PEM",
        "jwks: https://issuer.test/jwks, token-file: no-such-file | issuers.a.token-file: there is no file no-such-file that can be read",
        "jwks: http://issuer.test/jwks, token-file: pom.xml | issuers.a.token-file: would send the token unencrypted: use an https URL",
        "jwks: pom.xml, ca: pom.xml | issuers.a.ca: is only used for keys that are fetched from a URL",
        "jwks: in-cluster | issuers.a.jwks: there is no file /var/run/secrets/kubernetes.io/serviceaccount/ca.crt that can be read",
      })
  void aFileThatCannotWorkStopsTheStart(String keys, String problem) {
    var configuration =
        Configuration.parse(
            "test.yaml",
            "issuers: { a: { issuer: \"https://issuer.test\", audiences: [ b ], %s } }"
                .formatted(keys),
            Map.of(),
            false);
    var _ = Identity.read(configuration.root());
    var wrong = assertThrows(InvalidConfiguration.class, configuration::check);
    assertTrue(
        wrong.problems().toString().contains(problem),
        () -> wrong.problems() + " lacks " + problem);
  }

  private static void writePem(Certificate certificate, Path file) throws Exception {
    var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    Files.writeString(
        file,
        "-----BEGIN CERTIFICATE-----\n"
            + encoder.encodeToString(certificate.getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  /** A certificate, good for two days from the given one, that an authority of its own signed. */
  private KeyStore certificate(String name, String from, String host) throws Exception {
    var file = folder.resolve(name + ".p12");
    keytool(
        file,
        "-alias",
        AUTHORITY,
        "-dname",
        "CN=authority",
        "-ext",
        "bc:critical=ca:true",
        "-startdate",
        "-30d",
        "-validity",
        "60");
    keytool(
        file,
        "-alias",
        "server",
        "-dname",
        "CN=" + host,
        "-ext",
        "san=dns:" + host,
        "-signer",
        AUTHORITY,
        "-startdate",
        from,
        "-validity",
        "2");
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static void keytool(Path file, String... arguments) throws Exception {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command =
        new ArrayList<>(
            List.of(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private static SSLContext trusting(KeyStore store) throws GeneralSecurityException, IOException {
    var roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry(AUTHORITY, store.getCertificate(AUTHORITY));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static final class Server implements AutoCloseable {
    private final HttpsServer server;

    Server(KeyStore store) throws GeneralSecurityException, IOException {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      store.deleteEntry(AUTHORITY);
      keys.init(store, PASSWORD);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              JwksServer.text("{}", "").answer(exchange);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      server.start();
    }

    URI uri() {
      return URI.create("https://localhost:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
