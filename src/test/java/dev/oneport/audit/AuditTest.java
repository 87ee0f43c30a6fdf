package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written of each kind of call and of each way it can end. */
final class AuditTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /*, HTTP POST /copy ] }
          - { allow: [ alice@example.com ], route: [ GRPC Echo/*, WS /ws, WS /fail, WS /refuse, GRPC Odd/* ] }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private final String token = ISSUER.token().sign();
  private final RunningServer server =
      RunningServer.start(YAML, new EchoService(), new OddService());

  @Test
  void httpCalls() throws Exception {
    RawHttp.get(server.port(), "/ping");
    RawHttp.get(server.port(), "/fail");
    RawHttp.send(
        server.port(),
        "POST /copy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
    assertLines(
        "ended HTTP GET /ping allowed test.yaml:6 200 OK out=1/18 127.0.0.1 HTTP/1.1",
        "ended HTTP GET /fail allowed test.yaml:6 500 INTERNAL out=1/0 127.0.0.1 HTTP/1.1",
        "ended HTTP POST /copy allowed test.yaml:6 200 OK in=1/5 out=1/5 127.0.0.1 HTTP/1.1");
  }

  /** One that looked for tokens by recursion ended the audit for good. */
  @Test
  void aUserAgentThatLooksLikeATokenWithoutEndIsWrittenLikeAnyOther() throws Exception {
    for (var agent : List.of("eyJa" + ".".repeat(20_000), "x".repeat(20_000), "last")) {
      RawHttp.send(
          server.port(),
          "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: "
              + agent
              + "\r\n\r\n");
    }
    server.close();
    assertEquals(
        Set.of("[token]", "x".repeat(256), "last"),
        server.audit().lines().stream().map(AuditTest::userAgent).collect(Collectors.toSet()));
  }

  private static String userAgent(String json) {
    try (var reader = Json.createReader(new StringReader(json))) {
      return reader.readObject().getJsonObject("httpRequest").getString("userAgent");
    }
  }

  @Test
  void grpcCalls() throws Exception {
    try (var grpc = new GrpcProbe(server.port(), false)) {
      grpc.call("Echo/Ping", token);
      grpc.call("Odd/Fail", token);
      grpc.call("Odd/Begin", token);
      grpc.call("Odd/Refuse", token);
      grpc.call("Echo/Ping");
    }
    var who = " alice@example.com test";
    assertLines(
        "ended GRPC Echo/Ping allowed" + who + " test.yaml:7 OK OK in=1/0 out=1/6 127.0.0.1 h2c",
        "ended GRPC Odd/Fail allowed" + who + " test.yaml:7 INTERNAL INTERNAL in=1/0 127.0.0.1 h2c",
        "ended GRPC Odd/Begin allowed" + who + " test.yaml:7 INTERNAL INTERNAL 127.0.0.1 h2c",
        "ended GRPC Odd/Refuse allowed"
            + who
            + " test.yaml:7 NOT_FOUND NOT_FOUND in=1/0 127.0.0.1 h2c",
        "denied GRPC Echo/Ping denied CREDENTIALS_MISSING UNAUTHENTICATED UNAUTHENTICATED 127.0.0.1 h2c");
  }

  @Test
  void sockets() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token)) {
      socket.ask("{\"message\":\"x\"}");
      socket.finish();
    }
    try (var socket = TextSocket.open(server.port(), "/fail", token)) {
      socket.ask("x");
    }
    for (var code : List.of(1011, 4000)) {
      TextSocket.open(server.port(), "/ws", token).finish(code);
    }
    var probe = new WebSocketProbe(server.port());
    probe.open("/refuse", List.of(HeaderField.bearer(token)));
    probe.open("/ws", List.of());
    var who = " allowed alice@example.com test test.yaml:7";
    assertLines(
        "started WS /ws" + who + " 127.0.0.1 HTTP/1.1",
        "ended WS /ws" + who + " 1000 OK in=1/15 out=1/44 127.0.0.1 HTTP/1.1",
        "started WS /fail" + who + " 127.0.0.1 HTTP/1.1",
        "ended WS /fail" + who + " 1011 INTERNAL in=1/1 127.0.0.1 HTTP/1.1",
        "started WS /ws" + who + " 127.0.0.1 HTTP/1.1",
        "ended WS /ws" + who + " 1011 CANCELLED 127.0.0.1 HTTP/1.1",
        "started WS /ws" + who + " 127.0.0.1 HTTP/1.1",
        "ended WS /ws" + who + " 4000 CANCELLED 127.0.0.1 HTTP/1.1",
        "ended WS /refuse" + who + " 409 ABORTED 127.0.0.1 HTTP/1.1",
        "denied WS /ws denied CREDENTIALS_MISSING 401 UNAUTHENTICATED 127.0.0.1 HTTP/1.1");
  }

  @Test
  void socketsThatNobodyIsAskedFor() throws Exception {
    var yaml = YAML + "server: { websocket: { max-open: 1 } }\n";
    var small = RunningServer.start(yaml, new EchoService(), new OddService());
    var probe = new WebSocketProbe(small.port());
    try (var socket = TextSocket.open(small.port(), "/ws", token)) {
      var page = new HeaderField("Origin", "http://evil.example");
      assertEquals("CALLER_NOT_ALLOWED", probe.open("/ws", List.of(page)).reason());
      assertEquals("LIMIT_EXCEEDED", probe.open("/ws", List.of()).reason());
      socket.finish();
    }
    small.close();
    assertEquals(
        List.of(
            "denied WS /ws denied CALLER_NOT_ALLOWED 403 PERMISSION_DENIED 127.0.0.1 HTTP/1.1",
            "denied WS /ws denied LIMIT_EXCEEDED 429 RESOURCE_EXHAUSTED 127.0.0.1 HTTP/1.1"),
        small.audit().lines().stream()
            .map(AuditTest::line)
            .filter(line -> line.startsWith("denied"))
            .sorted()
            .toList());
  }

  @Test
  void theTraceOfTheRequestIsTheTraceOfTheLine() throws Exception {
    RawHttp.send(
        server.port(),
        "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
    server.close();
    var line = Json.createReader(new StringReader(server.audit().lines().getFirst())).readObject();
    assertEquals(
        "projects/test-project/traces/0af7651916cd43dd8448eb211c80319c",
        line.getString("logging.googleapis.com/trace"));
    assertEquals("b7ad6b7169203331", line.getString("logging.googleapis.com/spanId"));
  }

  @Test
  void theTraceMayComeAsGoogleHasIt() throws Exception {
    RawHttp.send(
        server.port(),
        "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Cloud-Trace-Context: 0af7651916cd43dd8448eb211c80319c/258;o=1\r\n\r\n");
    server.close();
    var line = Json.createReader(new StringReader(server.audit().lines().getFirst())).readObject();
    assertEquals(
        "projects/test-project/traces/0af7651916cd43dd8448eb211c80319c 0000000000000102 true",
        line.getString("logging.googleapis.com/trace")
            + " "
            + line.getString("logging.googleapis.com/spanId")
            + " "
            + line.getBoolean("logging.googleapis.com/trace_sampled"));
  }

  private void assertLines(String... expected) {
    server.close();
    assertEquals(
        Stream.of(expected).sorted().toList(),
        server.audit().lines().stream().map(AuditTest::line).sorted().toList());
  }

  private static String line(String json) {
    try (var reader = Json.createReader(new StringReader(json))) {
      var line = reader.readObject();
      var call = line.getJsonObject("call");
      var words = new ArrayList<String>();
      for (var key :
          List.of(
              "event",
              "route",
              "decision",
              "reason",
              "caller",
              "issuer",
              "rule",
              "status",
              "code")) {
        words.add(call.getString(key, ""));
      }
      words.add(traffic(call, "in", "messagesIn", "bytesIn"));
      words.add(traffic(call, "out", "messagesOut", "bytesOut"));
      words.add(line.getJsonObject("httpRequest").getString("remoteIp", ""));
      words.add(line.getJsonObject("httpRequest").getString("protocol", ""));
      return String.join(" ", words.stream().filter(word -> !word.isEmpty()).toList());
    }
  }

  private static String traffic(JsonObject call, String name, String messages, String bytes) {
    int count = call.getInt(messages, 0);
    return count == 0 ? "" : name + "=" + count + "/" + call.getInt(bytes);
  }
}
