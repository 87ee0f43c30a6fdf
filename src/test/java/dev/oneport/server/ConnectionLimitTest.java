package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.HeaderFront;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.ProxyHeaders;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections one address may have open. */
final class ConnectionLimitTest {
  private static final int PATIENCE = 10_000;
  private static final String TWO = "per-address: { connections: 2 }";
  private static final byte[] REQUEST =
      "GET /name HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void furtherConnectionsAreClosedBeforeTheySendAnything(boolean tls) throws Exception {
    try (var server = start(TWO, tls);
        var first = connect(server);
        var second = connect(server)) {
      assertEquals(List.of(200, 200), List.of(ask(first), ask(second)));
      for (int i = 0; i < 20; i++) {
        try (var refused = bound()) {
          refused.connect(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), PATIENCE);
          assertEquals(-1, refused.getInputStream().read());
        }
      }
      assertEquals(List.of(200, 200), List.of(ask(first), ask(second)));
      for (var name : Probes.names()) {
        try (var client = Probes.of(name, server.port())) {
          assertEquals(Reply.OK, client.call("name", List.of()).reason(), name);
        }
      }
      var metrics = RawHttp.get(server.port(), "/metrics").body();
      assertTrue(metrics.contains("\noneport_refused_connections_total 20"), metrics);
      assertTrue(!tls || metrics.contains("handshakes_total{result=\"failed\"} 0"), metrics);
    }
  }

  @Test
  void aConnectionThatEndsMakesRoom() throws Exception {
    try (var server = start(TWO, false);
        var first = connect(server)) {
      assertEquals(200, ask(first));
      for (int i = 0; i < 20; i++) {
        Await.until("room for another connection", () -> isServed(server.port()));
      }
    }
  }

  /** Its clients are behind it, and it may have many. */
  @Test
  void aTrustedProxyHasNoLimit() throws Exception {
    try (var server = start(TWO + ", trusted-proxies: [ 127.0.0.66 ]", false)) {
      var open = new ArrayList<Socket>();
      for (int i = 0; i < 10; i++) {
        open.add(connect(server));
      }
      for (var socket : open) {
        assertEquals(200, ask(socket));
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theClientThatThePROXYHeaderNamesIsCounted(boolean tls) throws Exception {
    var settings = TWO + ", trusted-proxies: [ 127.0.0.1 ], proxy-protocol: true";
    try (var server = start(settings, tls);
        var one = new HeaderFront(server.port(), ProxyHeaders.version2("198.51.100.1", 1));
        var other = new HeaderFront(server.port(), ProxyHeaders.version2("198.51.100.2", 1))) {
      if (TestTls.speaks(server.port())) {
        TestTls.opened(one.port());
        TestTls.opened(other.port());
      }
      try (var first = TestTls.connect(one.port());
          var second = TestTls.connect(one.port());
          var third = TestTls.connect(other.port())) {
        assertEquals(List.of(200, 200, 200), List.of(ask(first), ask(second), ask(third)));
        assertFalse(isServed(one.port()));
        assertTrue(isServed(other.port()));
      } finally {
        TestTls.closed(one.port());
        TestTls.closed(other.port());
      }
    }
  }

  @Test
  void aReloadAppliesAnotherLimit() throws Exception {
    try (var server = start("port: 0", false);
        var before = connect(server)) {
      assertEquals(200, ask(before));
      assertTrue(server.reload(yaml("per-address: { connections: 1 }")));
      try (var second = connect(server)) {
        // The one before the reload was not counted.
        assertEquals(200, ask(second));
        assertFalse(isServed(server.port()));
        assertTrue(server.reload(yaml(TWO)));
        assertTrue(isServed(server.port()));
      }
    }
  }

  private static RunningServer start(String setting, boolean tls) {
    var service = new ProbeService(List.of("name"));
    return tls
        ? RunningServer.startTls(yaml(setting), service)
        : RunningServer.start(yaml(setting), service);
  }

  private static String yaml(String setting) {
    return """
        server: { %s }
        policy: { rules: [ { allow: [ anyone ], route: %s }, { allow: [ anyone ], route: HTTP GET /metrics } ] }
        """
        .formatted(setting, ProbeService.routes("name"));
  }

  /** Another address of this machine than that of the other clients. */
  private static Socket bound() throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.66"), 0));
    socket.setSoTimeout(PATIENCE);
    return socket;
  }

  private static Socket connect(RunningServer server) throws IOException {
    return TestTls.connect(bound(), server.port());
  }

  private static boolean isServed(int port) {
    try (var socket = TestTls.connect(bound(), port)) {
      return ask(socket) == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /** The status of a request's answer, after which the connection stays open. */
  private static int ask(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    return RawHttp.read(socket.getInputStream()).status();
  }
}
