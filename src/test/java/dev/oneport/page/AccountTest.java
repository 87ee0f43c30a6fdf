package dev.oneport.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.Client;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebSocketProbe;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The account shows the same decisions as calls get. */
@Timeout(60)
final class AccountTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final String PAGE =
      "    - { allow: [ anyone ], route: [ HTTP GET /, HTTP GET /page/* ] }\n";

  /** A name for each kind of rule, with the callers that it allows. */
  private static final Map<String, String> RULES =
      Map.of(
          "open", "anyone",
          "token", "authenticated",
          "alice", "alice@example.com",
          "listed", "r1",
          "brought", "r2");

  private static final Map<String, List<HeaderField>> CALLERS = callers();

  private final HttpClient http = TestTls.http().build();

  @AfterEach
  void stop() {
    http.shutdownNow();
  }

  @Test
  void itShowsForEachRouteHowACallIsAnswered() throws Exception {
    var names = List.copyOf(RULES.keySet());
    try (var server = RunningServer.start(probes(), new ProbeService(names));
        var web = new HttpProbe(server.port(), Version.HTTP_1_1);
        var grpc = new GrpcProbe(server.port(), false)) {
      var sockets = new WebSocketProbe(server.port());
      for (var caller : CALLERS.entrySet()) {
        var account = account(server, caller.getValue());
        for (var name : names) {
          var where = caller.getKey() + " calls " + name;
          assertSame(route(account, "HTTP GET /" + name), web, name, caller.getValue(), where);
          assertSame(route(account, "GRPC Unary/" + name), grpc, name, caller.getValue(), where);
          assertSame(route(account, "WS /ws/" + name), sockets, name, caller.getValue(), where);
        }
      }
    }
  }

  private static void assertSame(
      JsonObject told, Client client, String name, List<HeaderField> headers, String where)
      throws Exception {
    var reply = client.call(name, headers);
    assertEquals(reply.reason().equals(Reply.OK), told.getBoolean("allowed"), where + ": " + told);
    assertEquals(reply.reason(), told.getString("reason", Reply.OK), where);
    if (!told.getBoolean("allowed")) {
      var status = told.getString("status");
      assertTrue(status.startsWith(reply.status()), where + ": " + status + " " + reply);
    }
  }

  @Test
  void itSaysWhoTheCallerIsAndUntilWhen() throws Exception {
    try (var server =
        RunningServer.start(probes(), new ProbeService(List.copyOf(RULES.keySet())))) {
      var end = Instant.now().getEpochSecond() + 600;
      var token = ISSUER.token().claim("exp", end).claim("groups", List.of("r2")).sign();
      var caller = account(server, List.of(HeaderField.bearer(token))).getJsonObject("caller");
      assertEquals("alice@example.com", caller.getString("name"));
      assertEquals("test", caller.getString("issuer"));
      assertEquals(List.of("r1", "r2"), texts(caller, "roles"));
      // Includes the issuer's clock skew, as in the gate.
      assertTrue(Instant.parse(caller.getString("until")).getEpochSecond() >= end);
    }
  }

  @Test
  void aReloadCountsAtOnce() throws Exception {
    var service = new ProbeService(List.copyOf(RULES.keySet()));
    try (var server = RunningServer.start(probes(), service)) {
      var alice = List.of(HeaderField.bearer(ISSUER.token().sign()));
      assertTrue(route(account(server, alice), "HTTP GET /alice").getBoolean("allowed"));
      assertTrue(server.reload(probes().replace("[ alice@example.com ], route", "[ r2 ], route")));
      assertFalse(route(account(server, alice), "HTTP GET /alice").getBoolean("allowed"));
    }
  }

  @Test
  void messagesAreDescribedOnlyToCallersWhoMayCallTheMethod() throws Exception {
    try (var server = RunningServer.start(echo(), new EchoService())) {
      var nobody = account(server, List.of());
      assertEquals(Map.of(), nobody.getJsonObject("types"));
      var ping = route(nobody, "GRPC Echo/Ping");
      assertEquals("UNARY", ping.getString("kind"));
      assertFalse(ping.containsKey("input"));
      var alice = account(server, List.of(HeaderField.bearer(ISSUER.token().sign())));
      assertEquals("PingRequest", route(alice, "GRPC Echo/Ping").getString("input"));
      var fields = alice.getJsonObject("types").getJsonArray("WatchRequest");
      assertEquals(
          "{\"number\":3,\"name\":\"intervalMs\",\"type\":\"uint32\"}",
          fields.getJsonObject(2).toString());
    }
  }

  @Test
  void builtinRoutesAreMarked() throws Exception {
    try (var server = RunningServer.start(echo(), new EchoService())) {
      var account = account(server, List.of());
      assertFalse(route(account, "HTTP GET /ping").getBoolean("builtin"));
      assertTrue(route(account, "HTTP GET /page/me").getBoolean("builtin"));
    }
  }

  private JsonObject account(RunningServer server, List<HeaderField> headers) throws Exception {
    var uri = TestTls.uri("http", server.port(), "/page/me");
    var request = HttpRequest.newBuilder(uri);
    headers.forEach(header -> request.header(header.name(), header.value()));
    var answer = http.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode());
    assertEquals("no-store", answer.headers().firstValue("cache-control").orElse(""));
    try (var reader = Json.createReader(new StringReader(answer.body()))) {
      return reader.readObject();
    }
  }

  private static JsonObject route(JsonObject account, String name) {
    return account.getJsonArray("routes").getValuesAs(JsonObject.class).stream()
        .filter(route -> route.getString("route").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> texts(JsonObject object, String name) {
    return object.getJsonArray(name).getValuesAs(JsonString.class).stream()
        .map(JsonString::getString)
        .toList();
  }

  private static Map<String, List<HeaderField>> callers() {
    var bob = ISSUER.token().claim("email", "bob@example.com");
    var now = Instant.now().getEpochSecond();
    var callers = new LinkedHashMap<String, List<HeaderField>>();
    callers.put("nobody", List.of());
    callers.put("alice", List.of(HeaderField.bearer(ISSUER.token().sign())));
    callers.put("bob", List.of(HeaderField.bearer(bob.sign())));
    callers.put(
        "bob with a role", List.of(HeaderField.bearer(bob.claim("groups", List.of("r2")).sign())));
    callers.put(
        "alice of old",
        List.of(
            HeaderField.bearer(
                ISSUER.token().claim("iat", now - 7200).claim("exp", now - 3600).sign())));
    callers.put(
        "alice of another issuer",
        List.of(HeaderField.bearer(ISSUER.token().signBy(TestIssuer.other()))));
    callers.put("garbage", List.of(HeaderField.bearer("garbage")));
    return callers;
  }

  private static String probes() {
    var rules =
        RULES.entrySet().stream()
            .map(
                rule ->
                    "    - { allow: [ %s ], route: %s }\n"
                        .formatted(rule.getValue(), ProbeService.routes(rule.getKey())))
            .collect(Collectors.joining());
    return head() + rules + PAGE;
  }

  private static String echo() {
    return head()
        + "    - { allow: [ anyone ], route: HTTP GET /ping }\n"
        + "    - { allow: [ r1 ], route: [ GRPC Echo/*, WS /ws ] }\n"
        + PAGE;
  }

  private static String head() {
    return """
        server: { page: { enabled: true } }
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, roles-claim: groups }
        policy:
          roles: { r1: [ alice@example.com ], r2: [] }
          rules:
        """
        .formatted(ISSUER.id(), JWKS, TestIssuer.AUDIENCE);
  }
}
