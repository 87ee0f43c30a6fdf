package dev.oneport.transport.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which a handshake fails is counted by its reason, and logged within bounds. */
@Timeout(60)
final class HandshakeFailuresTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4711);

  /** A record of a ClientHello that is cut off. */
  private static final byte[] HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

  /** A handshake record with a message of an unknown kind. */
  private static final byte[] NONSENSE = {22, 3, 1, 0, 4, 99, 0, 0, 0};

  interface Client {
    void connect(TlsPort port) throws IOException;
  }

  private static Stream<Arguments> failures() {
    return Stream.of(
        row("no data", "no_data", false, LONG, port -> port.plain().close()),
        row("left within its ClientHello", "client_left", false, LONG, port -> send(port, HELLO)),
        row("silent", "timeout", false, SHORT, HandshakeFailuresTest::untilClosed),
        row("a request", "plain_http", false, LONG, port -> send(port, "GET / HTTP/1.1\r\n\r\n")),
        row("HTTP/2 without TLS", "plain_http", false, LONG, port -> send(port, "PRI * HTTP/2.0")),
        row("other bytes", "not_tls", false, LONG, port -> send(port, "\0\1\2\3")),
        row("garbage in a record", "malformed", false, LONG, port -> send(port, NONSENSE)),
        row("no cipher", "nothing_in_common", false, LONG, HandshakeFailuresTest::otherCipher),
        row("no protocol", "nothing_in_common", false, LONG, port -> shake(port, "spdy/3")),
        row("other authority", "client_alert", false, LONG, HandshakeFailuresTest::distrust),
        row("no certificate", "client_certificate", true, LONG, HandshakeFailuresTest::shake),
        row("wrong certificate", "client_certificate", true, LONG, HandshakeFailuresTest::wrong));
  }

  private static Arguments row(
      String name, String reason, boolean asks, Duration patience, Client client) {
    return Arguments.of(name, reason, asks, patience, client);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aFailureIsCountedByItsReason(
      String name, String reason, boolean asks, Duration patience, Client client)
      throws IOException {
    try (var log = new LogRecords("dev.oneport");
        var port = new TlsPort(patience, asks)) {
      client.connect(port);
      Await.until(name, () -> port.tls.failed() == 1);
      assertEquals(Map.of(reason, 1L), counted(port.tls.failures()));
      if (reason.equals("no_data")) {
        assertEquals(List.of(), log.lines());
      } else {
        log.await("the TLS handshake with 127.0.0.1 failed, " + reason + ": ");
      }
    }
  }

  @Test
  void aStopIsNoFaultOfTheClient() throws IOException {
    try (var log = new LogRecords("dev.oneport");
        var port = new TlsPort(LONG);
        var client = port.plain()) {
      client.getOutputStream().write(HELLO);
      Await.until(
          "the stop",
          () -> {
            port.tls.closeIdle();
            return port.tls.failed() == 1;
          });
      assertEquals(Set.of("stopping"), counted(port.tls.failures()).keySet());
      assertEquals(List.of(), log.lines());
    }
  }

  @Test
  void aFloodIsOneLineAndHidesNoOtherFailure() {
    var handshakes = new Handshakes();
    try (var log = new LogRecords("dev.oneport")) {
      for (var i = 0; i < 100_000; i++) {
        handshakes.failed(HandshakeFailure.NOT_TLS, CLIENT, "garbage", i);
      }
      handshakes.failed(HandshakeFailure.CLIENT_CERTIFICATE, CLIENT, "no path", 100_000);
      var later = Handshakes.QUIET.toNanos();
      handshakes.failed(HandshakeFailure.NOT_TLS, CLIENT, "x".repeat(1000), later);
      handshakes.failed(HandshakeFailure.NOT_TLS, null, "garbage", 2 * later);
      var text = "the TLS handshake with %s failed, %s: %s";
      assertEquals(
          List.of(
              text.formatted("192.0.2.7", "not_tls", "garbage"),
              text.formatted("192.0.2.7", "client_certificate", "no path"),
              text.formatted("192.0.2.7", "not_tls", "x".repeat(200))
                  + "; 99999 more of this kind since the last line",
              text.formatted("an unknown client", "not_tls", "garbage")),
          log.lines());
    }
    assertEquals(100_003, handshakes.allFailed());
  }

  private static Map<String, Long> counted(Map<String, Long> failures) {
    return failures.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void send(TlsPort port, String text) throws IOException {
    send(port, text.getBytes(US_ASCII));
  }

  private static void send(TlsPort port, byte[] bytes) throws IOException {
    try (var client = port.plain()) {
      client.getOutputStream().write(bytes);
      client.shutdownOutput();
      var _ = client.getInputStream().readAllBytes();
    }
  }

  private static void untilClosed(TlsPort port) throws IOException {
    try (var client = port.plain()) {
      assertEquals(-1, client.getInputStream().read());
    }
  }

  private static void otherCipher(TlsPort port) throws IOException {
    try (var client = port.secure()) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      client.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
      fail(client);
    }
  }

  private static void shake(TlsPort port, String... protocols) throws IOException {
    try (var client = port.secure(protocols)) {
      fail(client);
    }
  }

  private static void distrust(TlsPort port) throws IOException {
    var other = SelfSigned.forThisMachine(Instant.now(), Duration.ofDays(1));
    shake(port, TestTls.context(other));
  }

  private static void wrong(TlsPort port) throws IOException {
    var other = SelfSigned.forThisMachine(Instant.now(), Duration.ofDays(1));
    shake(port, TestTls.context(port.certificate, other));
  }

  private static void shake(TlsPort port, SSLContext context) throws IOException {
    try (var plain = port.plain();
        var client =
            (SSLSocket)
                context
                    .getSocketFactory()
                    .createSocket(plain, "localhost", plain.getPort(), false)) {
      fail(client);
      // Closed with unread bytes, the connection would be reset, and the alert lost.
      plain.shutdownOutput();
      var _ = plain.getInputStream().readAllBytes();
    }
  }

  /** A client of TLS 1.3 learns what is wrong with its own certificate only when it reads. */
  private static void fail(SSLSocket client) {
    var _ =
        assertThrows(
            IOException.class,
            () -> {
              client.startHandshake();
              var _ = client.getInputStream().read();
            });
  }
}
