package dev.oneport.transport.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.testing.TestTls;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock")
final class TlsServerTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final String PING =
      "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private static final int ALERT = 21;

  /** The beginning of a ClientHello: a handshake record of 512 bytes. */
  private static final byte[] HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "h2, h2",
    "http/1.1, http/1.1",
    "http/1.1;h2, h2",
    "h2;http/1.1, h2",
    "spdy/3;http/1.1, http/1.1",
  })
  void theProtocolIsNegotiated(String offered, String chosen) throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.secure(offered.isEmpty() ? new String[0] : offered.split(";", -1))) {
      client.startHandshake();
      assertEquals(chosen, client.getApplicationProtocol());
    }
  }

  @Test
  void aClientOfOtherProtocolsOnlyIsRefused() throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.secure("spdy/3")) {
      var e = assertThrows(SSLException.class, client::startHandshake);
      assertTrue(String.valueOf(e.getMessage()).contains("no_application_protocol"), e::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http/1.1"})
  void http1IsServed(String offered) throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.secure(offered.isEmpty() ? new String[0] : new String[] {offered})) {
      assertEquals("HTTP/1.1 200 OK", answer(client, PING).lines().findFirst().orElse(""));
    }
  }

  @Test
  void whoAgreedOnHttp1CannotSpeakHttp2() throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.secure("http/1.1")) {
      assertTrue(answer(client, Http2Bytes.PREFACE).startsWith("HTTP/1.1 505 "));
    }
  }

  @Test
  void whoAgreedOnHttp2CannotSpeakHttp1() throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.secure("h2")) {
      var answer = answer(client, PING);
      assertTrue(answer.indexOf("HTTP/1.1") < 0, answer);
    }
  }

  @Test
  void http2IsNotOfferedAsAnUpgrade() throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.secure("http/1.1")) {
      var request =
          "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
              + "Upgrade: h2c\r\nHTTP2-Settings: AAQAAP__\r\n\r\n";
      assertTrue(answer(client, request).startsWith("HTTP/1.1 200 OK"));
    }
  }

  @Test
  void plainHttpIsToldThatThePortSpeaksTls() throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.plain()) {
      var answer = answer(client, PING);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.endsWith("this port speaks TLS: use https\n"), answer);
    }
  }

  @Test
  void otherBytesEndTheConnection() throws IOException {
    try (var port = new TlsPort(LONG);
        var client = port.plain()) {
      assertEquals("", answer(client, "\0\1\2\3"));
    }
  }

  @Test
  void aHandshakeInSmallPiecesEndsAtItsTimeLimit() throws Exception {
    try (var port = new TlsPort(SHORT);
        var client = port.plain()) {
      client.getOutputStream().write(HELLO);
      var drip = Thread.ofVirtual().start(() -> drip(client));
      assertEquals(-1, readOrReset(client));
      drip.join();
      assertEquals(1, port.tls.failed());
    }
  }

  private static void drip(Socket client) {
    try {
      while (true) {
        client.getOutputStream().write(0);
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException _) {
      // the server closed the connection
    }
  }

  @Test
  void aSilentClientIsDisconnected() throws IOException {
    try (var port = new TlsPort(SHORT);
        var client = port.plain()) {
      assertEquals(-1, readOrReset(client));
    }
  }

  @Test
  void manyStalledHandshakesHoldNobodyUp() throws IOException {
    var stalled = new ArrayList<Socket>();
    try (var port = new TlsPort(LONG)) {
      for (var i = 0; i < 300; i++) {
        var socket = port.plain();
        stalled.add(socket);
        socket.getOutputStream().write(HELLO, 0, i % (HELLO.length + 1));
      }
      try (var client = port.secure("http/1.1")) {
        assertTrue(answer(client, PING).startsWith("HTTP/1.1 200 OK"));
      }
      port.tls.closeIdle();
      for (var socket : stalled) {
        assertEquals(-1, readOrReset(socket));
      }
    } finally {
      for (var socket : stalled) {
        socket.close();
      }
    }
  }

  /** With a client's certificate too, which is in the ticket. */
  @ParameterizedTest
  @CsvSource({"TLSv1.3, false", "TLSv1.3, true", "TLSv1.2, false", "TLSv1.2, true"})
  void aSessionIsResumed(String version, boolean asks) throws Exception {
    try (var port = new TlsPort(LONG, asks).identified()) {
      var first = sessionOf(port, version);
      assertEquals(first, sessionOf(port, version));
      port.tls.replace(asks ? TestTls.asking(port.certificate) : TestTls.tls(port.certificate));
      assertNotEquals(first, sessionOf(port, version), "after a renewal");
    }
  }

  /** When the session began, which a resumed one has in common with the first one. */
  private static long sessionOf(TlsPort port, String version) throws IOException {
    try (var client = port.secure("http/1.1")) {
      client.setEnabledProtocols(new String[] {version});
      assertTrue(answer(client, PING).startsWith("HTTP/1.1 200 OK"));
      return client.getSession().getCreationTime();
    }
  }

  @Test
  void aClientCannotNegotiateAgain() throws Exception {
    try (var port = new TlsPort(LONG);
        var client = port.secure("http/1.1")) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      client.startHandshake();
      client.startHandshake();
      client.getOutputStream().write(PING.getBytes(US_ASCII));
      assertThrows(SSLHandshakeException.class, () -> client.getInputStream().readAllBytes());
    }
  }

  @Test
  void newKeysOfTls13AreTaken() throws Exception {
    try (var port = new TlsPort(LONG);
        var client = port.secure("http/1.1")) {
      client.startHandshake();
      assertEquals("TLSv1.3", client.getSession().getProtocol());
      // The JDK asks for new keys when a handshake is begun on an open connection.
      client.startHandshake();
      assertTrue(answer(client, PING).startsWith("HTTP/1.1 200 OK"));
    }
  }

  @Test
  void aFloodOfKeyUpdatesEndsTheConnection() throws Exception {
    try (var port = new TlsPort(LONG);
        var client = port.secure("http/1.1")) {
      client.startHandshake();
      assertThrows(IOException.class, () -> updateKeys(client, 100_000));
    }
  }

  /** As many as one period allows, with calls between them. */
  @Test
  void keyUpdatesBesideCallsAreServed() throws Exception {
    try (var port = new TlsPort(LONG);
        var client = port.secure("http/1.1")) {
      client.startHandshake();
      updateKeys(client, RecordFlood.MOST / 2);
      var keep = PING.replace("Connection: close\r\n", "");
      client.getOutputStream().write(keep.getBytes(US_ASCII));
      while (client.getInputStream().read() != 'p') {
        // Up to the content.
      }
      updateKeys(client, RecordFlood.MOST / 2);
      client.getOutputStream().write(PING.getBytes(US_ASCII));
      assertTrue(new String(client.getInputStream().readAllBytes(), US_ASCII).endsWith("pong"));
    }
  }

  /** The JDK asks for new keys when a handshake is begun on an open connection. */
  private static void updateKeys(SSLSocket client, int times) throws IOException {
    for (var i = 0; i < times; i++) {
      client.startHandshake();
    }
  }

  @Test
  void anotherCertificateIsForNewConnections() throws Exception {
    try (var port = new TlsPort(LONG);
        var other = new TlsPort(LONG);
        var open = port.secure("http/1.1")) {
      open.startHandshake();
      port.tls.replace(TestTls.tls(other.certificate));
      try (var next = port.secure("http/1.1")) {
        assertThrows(SSLHandshakeException.class, next::startHandshake);
      }
      assertTrue(answer(open, PING).startsWith("HTTP/1.1 200 OK"));
    }
  }

  @Test
  void aResponseEndsWithACloseNotify() throws Exception {
    try (var port = new TlsPort(LONG);
        var beneath = new RecordingSocket();
        var client = port.secure(beneath)) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      var _ = answer(client, PING);
      assertEquals(ALERT, beneath.lastRecord());
    }
  }

  @Test
  void turnsAreGivenBack() throws Exception {
    var turns = new HandshakeTurns(1);
    var entered = new CountDownLatch(1);
    var first = turns.begin();
    first.pause();
    var other =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (var _ = turns.begin()) {
                    entered.countDown();
                  }
                });
    entered.await();
    other.join();
    first.resume();
    first.close();
    turns.begin().close();
  }

  private static String answer(Socket client, String request) throws IOException {
    client.getOutputStream().write(request.getBytes(US_ASCII));
    return new String(client.getInputStream().readAllBytes(), US_ASCII);
  }

  private static int readOrReset(Socket client) throws IOException {
    try {
      return client.getInputStream().read();
    } catch (SocketException _) {
      return -1;
    }
  }
}
