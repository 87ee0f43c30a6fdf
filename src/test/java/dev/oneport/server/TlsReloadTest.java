package dev.oneport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.certificates.ServerCertificate;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http1.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The certificate's files are read at the start and whenever they change. */
@Timeout(60)
final class TlsReloadTest {
  private final ManualClock clock = new ManualClock(Instant.now());
  private final ServerCertificate first = make(Duration.ofDays(100));
  private final ServerCertificate second = make(Duration.ofDays(200));

  @TempDir private Path folder;

  private ServerCertificate make(Duration life) {
    return SelfSigned.forThisMachine(clock.instant(), life);
  }

  private RunningServer start() {
    return RunningServer.start(yaml(folder), clock);
  }

  private static String yaml(Path folder) {
    return """
        server: { tls: { certificate: "%s/certificate.pem", key: "%s/key.pem" } }
        policy: { rules: [ { allow: [ anyone ], route: HTTP GET /metrics } ] }
        """
        .formatted(folder, folder);
  }

  @Test
  void filesThatAreReplacedAreUsedForNewConnections() throws Exception {
    TestTls.write(first, folder);
    try (var server = start();
        var open = connect(server, first)) {
      replace(second, folder);
      Await.until("the other certificate", () -> shows(server, second));
      assertTrue(open.isConnected());
      open.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
      assertEquals('H', open.getInputStream().read());
    }
  }

  @Test
  void aFolderBehindALinkMayBeSwapped() throws Exception {
    var one = TestTls.write(first, Files.createDirectory(folder.resolve("..one")));
    var two = TestTls.write(second, Files.createDirectory(folder.resolve("..two")));
    Files.createSymbolicLink(folder.resolve("..data"), one);
    for (var name : List.of("certificate.pem", "key.pem")) {
      Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
    }
    try (var server = start()) {
      assertTrue(shows(server, first));
      Files.move(
          Files.createSymbolicLink(folder.resolve("..next"), two),
          folder.resolve("..data"),
          StandardCopyOption.ATOMIC_MOVE);
      Await.until("the other certificate", () -> shows(server, second));
    }
  }

  @Test
  void filesThatDoNotFitAreRefusedTogether() throws Exception {
    TestTls.write(first, folder);
    try (var log = new LogRecords("dev.oneport");
        var server = start()) {
      Files.writeString(folder.resolve("certificate.pem"), second.pem());
      log.await("server.tls.certificate: does not fit the key");
      assertTrue(shows(server, first));
      Files.delete(folder.resolve("key.pem"));
      log.await("server.tls: there is no file");
      assertTrue(shows(server, first));
      TestTls.write(second, folder);
      Await.until("the other certificate", () -> shows(server, second));
      var refusals = log.lines().stream().filter(line -> line.contains("stay in use")).toList();
      assertEquals(2, refusals.size(), refusals::toString);
    }
  }

  @Test
  void theLogWarnsBeforeTheExpiry() {
    TestTls.write(first, folder);
    try (var log = new LogRecords("dev.oneport");
        var _ = start()) {
      clock.jump(Duration.ofDays(70).plusHours(1));
      log.await("the certificate CN=OnePort on this machine expires in 29 days");
      clock.jump(Duration.ofDays(24));
      log.await("the certificate CN=OnePort on this machine expires in 5 days");
      clock.jump(Duration.ofDays(7));
      log.await("the certificate CN=OnePort on this machine expired on");
      var warnings = log.lines().stream().filter(line -> line.contains("expire")).toList();
      assertEquals(3, warnings.size(), warnings::toString);
    }
  }

  @Test
  void theMetricsHaveTheExpiry() throws Exception {
    TestTls.write(first, folder);
    try (var server = start();
        var client = connect(server, first)) {
      client
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      var text = new String(client.getInputStream().readAllBytes(), UTF_8);
      var line =
          text.lines()
              .filter(each -> each.startsWith("oneport_certificate_expiry_seconds "))
              .findFirst()
              .orElseThrow();
      var seconds = (long) Double.parseDouble(line.split(" ", -1)[1]);
      assertEquals(first.expiry().getEpochSecond(), seconds);
      assertTrue(text.contains("oneport_tls_handshakes_total{result=\"completed\"} 1"), text);
      var failures = "oneport_tls_handshake_failures_total{reason=\"client_alert\"} 0";
      assertTrue(text.contains(failures), text);
    }
  }

  @Test
  void whatIsWrongIsReportedWithItsKey() {
    var missing = assertThrows(InvalidConfiguration.class, this::start);
    assertEquals(
        List.of("server.tls.certificate", "server.tls.key"),
        missing.problems().stream().map(problem -> problem.key()).toList());
    var half =
        assertThrows(
            InvalidConfiguration.class,
            () -> RunningServer.start("server: { tls: { certificate: a.pem } }"));
    assertTrue(half.problems().toString().contains("server.tls.key"), half.problems()::toString);
    var own =
        assertThrows(
            InvalidConfiguration.class,
            () -> RunningServer.start("server: { tls: { self-signed: true } }"));
    assertTrue(own.problems().toString().contains("dev mode only"), own.problems()::toString);
  }

  private static void replace(ServerCertificate certificate, Path folder) throws IOException {
    var next = TestTls.write(certificate, Files.createDirectory(folder.resolve("next")));
    for (var name : List.of("certificate.pem", "key.pem")) {
      Files.move(next.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static boolean shows(RunningServer server, ServerCertificate certificate) {
    try (var _ = connect(server, certificate)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static SSLSocket connect(RunningServer server, ServerCertificate certificate)
      throws IOException {
    var factory = TestTls.context(certificate).getSocketFactory();
    var plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
    plain.setSoTimeout(10_000);
    var socket = (SSLSocket) factory.createSocket(plain, "localhost", server.port(), true);
    try {
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
