package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Client;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.WebSocketProbe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request for a host that the server does not answer to is refused before anything else. */
@SuppressWarnings("InlineFormatString")
final class HostsTest {
  private static final String MISDIRECTED = "MISDIRECTED_REQUEST";

  @Test
  void allProtocolsRefuseAnotherHostAndTheAuditSaysSo() throws Exception {
    var server = start("api.example.com", "authenticated");
    var expected = new TreeMap<String, String>();
    try (server) {
      for (var name : Probes.names()) {
        expected.put(name, MISDIRECTED + " " + status(name));
      }
      assertEquals(expected, replies(server.port()));
    }
    var lines = server.audit().lines();
    assertEquals(expected.size(), lines.size());
    for (var line : lines) {
      assertTrue(line.contains("\"reason\":\"" + MISDIRECTED + "\""), line);
      assertTrue(line.contains("asked for the host 127.0.0.1:"), line);
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "'*'", "'api.example.com\", \"127.0.0.1'"})
  void allProtocolsAnswerToTheirHost(String hosts) throws Exception {
    try (var server = start(hosts, "anyone")) {
      for (var reply : replies(server.port()).entrySet()) {
        assertTrue(reply.getValue().startsWith(Reply.OK), reply.toString());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /unknown, 421",
    "POST /name, 421",
    "OPTIONS /name, 421",
    "OPTIONS *, 421",
    "GET /ws/name, 421",
    "POST /Unary/name, 421",
    "GET /health/live, 200",
    "GET /health/ready, 200"
  })
  void pathsWithoutAHandlerTooButNoProbe(String request, int status) throws Exception {
    try (var server = start("api.example.com", "anyone")) {
      for (var host : List.of("127.0.0.1:1", "evil.example")) {
        assertEquals(status, send(server.port(), request, host).status(), host);
      }
    }
  }

  /** Each dot costs a copy of what follows it, which adds up in a name of 28 KB. */
  @ParameterizedTest
  @CsvSource({"100, 200", "200, 421", "14000, 421"})
  void aNameLongerThanAnyIsRefused(int dots, int status) throws Exception {
    try (var server = start("*.example.com", "anyone")) {
      var host = "a.".repeat(dots) + "example.com";
      assertEquals(status, send(server.port(), "GET /name", host).status());
    }
  }

  /** An authority in the target counts, and not the {@code Host} beside it. */
  @Test
  void theAuthorityOfATargetCounts() throws Exception {
    try (var server = start("api.example.com", "anyone")) {
      assertEquals(200, send(server.port(), "GET http://API.example.com:80/name", "x").status());
      assertEquals(421, send(server.port(), "GET http://x/name", "api.example.com").status());
    }
  }

  @Test
  void theHostComesBeforeTheOriginOfAPage() throws Exception {
    try (var server = start("api.example.com", "anyone");
        var client = new WebSocketProbe(server.port())) {
      var reply = client.call("name", List.of(new HeaderField("origin", "http://evil.example")));
      assertEquals(MISDIRECTED + " 421", reply.reason() + " " + reply.status());
    }
  }

  @Test
  void aServerInDevModeAnswersToThisMachinesNamesOnly() throws Exception {
    var yaml = "policy: { rules: [ { allow: [ anyone ], route: %s } ] }";
    try (var server =
        RunningServer.startDev(
            yaml.formatted(ProbeService.routes("name")), new ProbeService(List.of("name")))) {
      var statuses = new LinkedHashMap<String, Integer>();
      for (var host : List.of("localhost:1", "127.0.0.1", "[::1]:80", "a.localhost", "a.example")) {
        statuses.put(host, send(server.port(), "GET /name", host).status());
      }
      assertEquals(
          Map.of(
              "localhost:1",
              200,
              "127.0.0.1",
              200,
              "[::1]:80",
              200,
              "a.localhost",
              200,
              "a.example",
              421),
          statuses);
    }
  }

  /** Connect has a status for each code, and none for a host. */
  private static String status(String probe) {
    if (probe.startsWith("gRPC")) {
      return "FAILED_PRECONDITION";
    }
    return probe.startsWith("Connect") ? "400" : "421";
  }

  private static RawHttp.Answer send(int port, String request, String host) throws Exception {
    return RawHttp.send(
        port,
        request
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  private static Map<String, String> replies(int port) throws Exception {
    var replies = new TreeMap<String, String>();
    for (var name : Probes.names()) {
      try (Client client = Probes.of(name, port)) {
        var reply = client.call("name", List.of());
        replies.put(name, reply.reason() + " " + reply.status());
      }
    }
    return replies;
  }

  private static RunningServer start(String hosts, String allow) {
    var yaml =
        """
        server: { hosts: [ "%s" ] }
        identity: { issuers: { x: { issuer: "https://x.test", jwks: "http://127.0.0.1:1/", audiences: [ a ] } } }
        policy:
          rules:
            - { allow: [ %s ], route: %s }
            - { allow: [ anyone ], route: HTTP GET /health/* }
        """;
    return RunningServer.start(
        yaml.formatted(hosts, allow, ProbeService.routes("name")),
        new ProbeService(List.of("name")));
  }
}
