package dev.oneport.server;

import static dev.oneport.testing.ProxyHeaders.line;
import static dev.oneport.testing.ProxyHeaders.version2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HeaderFront;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With the PROXY protocol, a connection is of the client that a trusted proxy names. */
final class ProxyProtocolTest {
  private static final String TRUSTED = "trusted-proxies: [ 127.0.0.1 ], proxy-protocol: true";
  private static final String GET = "GET /name HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  private static final byte[] REQUEST = GET.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEADER = line("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443");

  /** A header, and the address in the audit. */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(String name, byte[] header, String client) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> headers() {
    return Stream.of(
        new Row("version 1", HEADER, "198.51.100.1"),
        new Row(
            "version 1, IPv6",
            line("PROXY TCP6 2001:db8::1 ::1 56324 443"),
            "2001:db8:0:0:0:0:0:1"),
        new Row("version 1, unknown", line("PROXY UNKNOWN"), "127.0.0.1"),
        new Row("version 2", version2("198.51.100.1", 4711), "198.51.100.1"),
        new Row("version 2, IPv6", version2("2001:db8::1", 4711), "2001:db8:0:0:0:0:0:1"),
        new Row("version 2, local", version2(0x20, 0, new byte[0]), "127.0.0.1"),
        new Row("a proxy behind it", version2("127.0.0.1", 1), "192.0.2.99"));
  }

  /** The header of one proxy and what the next one says go together. */
  @ParameterizedTest
  @MethodSource("headers")
  void theClientIsNamedOnEveryProtocol(Row row) throws Exception {
    var server = start(TRUSTED);
    try (server;
        var front = new HeaderFront(server.port(), row.header())) {
      for (var name : Probes.names()) {
        try (var client = Probes.of(name, front.port())) {
          var headers =
              row.client().equals("192.0.2.99")
                  ? List.of(new HeaderField("x-forwarded-for", row.client()))
                  : List.<HeaderField>of();
          assertEquals(Reply.OK, client.call("name", headers).reason(), name);
        }
      }
    }
    var addresses = new TreeSet<String>();
    for (var line : server.audit().lines()) {
      addresses.add(line.replaceFirst(".*\"remoteIp\":\"([^\"]*)\".*", "$1"));
    }
    assertEquals(List.of(row.client()), List.copyOf(addresses));
    assertTrue(server.audit().lines().size() >= Probes.names().size());
  }

  /** The header comes before the handshake. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void itGoesWithTls(int version) throws Exception {
    var server = RunningServer.startTls(yaml(TRUSTED), new ProbeService(List.of("name")));
    var header = version == 1 ? HEADER : version2("198.51.100.1", 4711, new byte[1000]);
    try (server;
        var front = new HeaderFront(server.port(), header)) {
      TestTls.opened(front.port());
      for (var name : Probes.names()) {
        try (var client = Probes.of(name, front.port())) {
          assertEquals(Reply.OK, client.call("name", List.of()).reason(), name);
        }
      }
      TestTls.closed(front.port());
    }
    for (var line : server.audit().lines()) {
      assertTrue(line.contains("\"remoteIp\":\"198.51.100.1\""), line);
    }
  }

  @Test
  void aTrustedPeerMustSendIt() throws Exception {
    try (var server = start(TRUSTED)) {
      assertEquals("", send(server.port(), REQUEST));
      assertEquals("", send(server.port(), new byte[0]));
      assertEquals("", send(server.port(), new byte[] {22, 3, 1, 0, 5, 1}));
      assertEquals("200", send(server.port(), HEADER, REQUEST));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHeaderTwiceOrCutEndsTheConnection(boolean together) throws Exception {
    try (var server = start(TRUSTED)) {
      var two = version2("198.51.100.2", 1);
      assertEquals("", sent(server.port(), together, HEADER, HEADER, REQUEST));
      assertEquals("", sent(server.port(), together, HEADER, two, REQUEST));
      assertEquals("", sent(server.port(), together, two, two, REQUEST));
      assertEquals("", sent(server.port(), together, Arrays.copyOf(two, 20)));
      assertEquals("", sent(server.port(), together, Arrays.copyOf(HEADER, 20)));
      assertEquals("", sent(server.port(), together, Arrays.copyOf(HEADER, 20), REQUEST));
      assertEquals("200", sent(server.port(), together, two, REQUEST));
    }
  }

  @Test
  void aStrangerMustNotSendItAndIsServedWithout() throws Exception {
    var server = start("trusted-proxies: [ 10.0.0.0/8 ], proxy-protocol: true");
    try (server) {
      assertEquals("", send(server.port(), HEADER, REQUEST));
      assertEquals("", send(server.port(), version2("198.51.100.1", 1), REQUEST));
      assertEquals("200", send(server.port(), REQUEST));
    }
    assertEquals(1, server.audit().lines().size());
    assertTrue(server.audit().lines().getFirst().contains("\"remoteIp\":\"127.0.0.1\""));
  }

  @Test
  void itIsNotSpokenUnlessSwitchedOn() throws Exception {
    try (var server = start("trusted-proxies: [ 127.0.0.1 ]")) {
      assertEquals("400", send(server.port(), HEADER, REQUEST));
    }
  }

  @Test
  void aSlowHeaderEndsAndHoldsNobodyUp() throws Exception {
    try (var server = start(TRUSTED + ", header-timeout: 300ms");
        var slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      slow.getOutputStream().write(HEADER, 0, 10);
      assertEquals("200", send(server.port(), HEADER, REQUEST));
      slow.setSoTimeout(10_000);
      assertEquals(-1, slow.getInputStream().read());
    }
  }

  /** A stop does not wait for a header that may never come. */
  @Test
  void aStopEndsTheWait() throws Exception {
    var server = start(TRUSTED + ", header-timeout: 60s, grace-period: 30s");
    try (var silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      silent.getOutputStream().write(HEADER, 0, 10);
      assertEquals("200", send(server.port(), HEADER, REQUEST));
      var began = System.nanoTime();
      server.close();
      assertTrue(System.nanoTime() - began < 10_000_000_000L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy-protocol: true",
        "trusted-proxies: none, proxy-protocol: true",
        "trusted-proxies: cloud-run, proxy-protocol: true",
        "trusted-proxies: [ cloud-run, 10.0.0.0/8 ], proxy-protocol: true"
      })
  void itNeedsToKnowWhoSendsIt(String setting) {
    var problems = assertThrows(InvalidConfiguration.class, () -> start(setting)).problems();
    assertTrue(problems.toString().contains("server.proxy-protocol"), problems.toString());
  }

  private static String sent(int port, boolean together, byte[]... parts) throws IOException {
    if (!together) {
      return send(port, parts);
    }
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return exchange(port, Arrays.equals(parts[parts.length - 1], REQUEST), all.toByteArray());
  }

  private static String send(int port, byte[]... parts) throws IOException {
    return exchange(port, Arrays.equals(parts[parts.length - 1], REQUEST), parts);
  }

  /**
   * The status of the answer; empty if the connection was only closed.
   *
   * @param open whether more could follow
   */
  private static String exchange(int port, boolean open, byte[]... parts) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      for (var part : parts) {
        socket.getOutputStream().write(part);
      }
      if (!open) {
        socket.shutdownOutput();
      }
      var answer = socket.getInputStream().readAllBytes();
      return answer.length < 12 ? "" : new String(answer, 9, 3, StandardCharsets.US_ASCII);
    } catch (SocketException _) {
      return "";
    }
  }

  private static RunningServer start(String setting) {
    return RunningServer.start(yaml(setting), new ProbeService(List.of("name")));
  }

  private static String yaml(String setting) {
    return """
        server: { %s }
        policy: { rules: [ { allow: [ anyone ], route: %s } ] }
        """
        .formatted(setting, ProbeService.routes("name"));
  }
}
