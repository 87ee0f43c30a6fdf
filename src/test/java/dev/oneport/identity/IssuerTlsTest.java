package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      assertEquals("{}", client.get(server.uri()).body());
    }
  }

  @Test
  void anExpiredCertificate() throws Exception {
    var store = certificate("expired", "-10d", "localhost");
    var client = new KeyClient(Optional.of(trusting(store)));
    try (var server = new Server(store)) {
      assertThrows(IOException.class, () -> client.get(server.uri()));
    }
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    var store = certificate("elsewhere", "-1d", "elsewhere.test");
    var client = new KeyClient(Optional.of(trusting(store)));
    try (var server = new Server(store)) {
      assertThrows(IOException.class, () -> client.get(server.uri()));
    }
  }

  @Test
  void aCertificateOfNobodyTrusted() throws Exception {
    try (var server = new Server(certificate("unknown", "-1d", "localhost"))) {
      var client = new KeyClient(Optional.empty());
      assertThrows(IOException.class, () -> client.get(server.uri()));
    }
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
