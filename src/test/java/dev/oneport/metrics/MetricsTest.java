package dev.oneport.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http2.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Pattern LINE =
      Pattern.compile(
          "# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\\{[a-z0-9_]+=\"[^\"]*\"(,[a-z0-9_]+=\"[^\"]*\")*\\})? \\S+");
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
          - { allow: [ authenticated ], route: GRPC Echo/* }
          - { allow: [ authenticated ], route: WS /ws }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
  private static final String RULE =
      "    - { allow: [ prometheus@example.com ], route: HTTP GET /metrics }\n";

  private final RunningServer server = RunningServer.start(YAML + RULE, new EchoService());
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  @Test
  void callsOfEachProtocolAreCounted() throws Exception {
    var token = ISSUER.token().sign();
    assertEquals(200, get(server, "/ping", "").statusCode());
    var grpc = new GrpcProbe(server.port(), false);
    assertEquals("OK", grpc.call("Echo/Ping", token));
    assertEquals("OK", grpc.call("Echo/Ping", token));
    assertEquals("UNAUTHENTICATED", grpc.call("Echo/Ping"));
    try (var socket = TextSocket.open(server.port(), "/ws", token)) {
      socket.ask("{\"message\":\"x\"}");
      assertHas("oneport_open_connections{protocol=\"websocket\"} 1.0");
      assertHas("oneport_open_leases 1.0");
    }
    for (var line :
        List.of(
            "oneport_calls_total{decision=\"allowed\",protocol=\"HTTP\",route=\"HTTP GET /ping\",status=\"200\"} 1.0",
            "oneport_calls_total{decision=\"allowed\",protocol=\"GRPC\",route=\"GRPC Echo/Ping\",status=\"OK\"} 2.0",
            "oneport_calls_total{decision=\"denied\",protocol=\"GRPC\",route=\"GRPC Echo/Ping\",status=\"UNAUTHENTICATED\"} 1.0",
            "http_server_request_duration_seconds_count{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/ping\"} 1",
            "rpc_server_call_duration_seconds_count{rpc_method=\"Echo/Ping\",rpc_response_status_code=\"OK\",rpc_system_name=\"grpc\"} 2",
            "oneport_key_fetches_total{issuer=\"test\"} 1.0",
            "oneport_audit_dropped_total 0.0",
            "jvm_thread_count")) {
      assertHas(line);
    }
    grpc.close();
  }

  @Test
  void aTokenThatIsKnownIsAHit() throws Exception {
    var scraper = scraper();
    for (int i = 0; i < 3; i++) {
      assertEquals(200, get(server, "/metrics", scraper).statusCode());
    }
    var text = get(server, "/metrics", scraper).body();
    assertTrue(text.contains("oneport_tokens_total{cache=\"miss\"} 1.0"), text);
    assertTrue(text.contains("oneport_tokens_total{cache=\"hit\"} 3.0"), text);
  }

  @Test
  void itIsTheTextFormatOfPrometheus() throws Exception {
    var answer = get(server, "/metrics", scraper());
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8",
        answer.headers().firstValue("content-type").orElse(""));
    answer.body().lines().forEach(line -> assertTrue(LINE.matcher(line).matches(), line));
  }

  @Test
  void onlyWhomARuleAllowsSeesThem() throws Exception {
    assertEquals(401, get(server, "/metrics", "").statusCode());
    assertEquals(403, get(server, "/metrics", ISSUER.token().sign()).statusCode());
    try (var without = RunningServer.start(YAML, new EchoService())) {
      assertEquals(404, get(without, "/metrics", scraper()).statusCode());
    }
  }

  /** Whatever clients send, they cannot make up series, which would fill the memory. */
  @Test
  void madeUpRequestsShareTheirSeries() throws Exception {
    var forwards =
        """
        upstreams: { there: { url: "http://127.0.0.1:1" } }
        forward: [ { route: HTTP * /there/**, to: there } ]
        """;
    var rule = "    - { allow: [ authenticated ], route: HTTP * /there/** }\n";
    try (var forwarding = RunningServer.start(forwards + YAML + RULE + rule, new EchoService())) {
      var before = 0L;
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 50; i++) {
          var made = "X" + round + "X" + i;
          var head =
              " HTTP/1.1\r\nHost: x\r\nUser-Agent: " + made + "\r\nConnection: close\r\n\r\n";
          assertEquals(
              401, RawHttp.send(forwarding.port(), made + " /there/" + made + head).status());
        }
        var label = "http_request_method=\"_OTHER\"";
        Await.until("they are counted", () -> series(forwarding).contains(label));
        var count = series(forwarding).lines().count();
        assertTrue(round == 0 || count == before, before + " series became " + count);
        before = count;
      }
    }
  }

  private String series(RunningServer from) {
    try {
      return get(from, "/metrics", scraper()).body();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The end of a call is counted just after the client has seen it. */
  private void assertHas(String line) throws Exception {
    var text = "";
    for (int look = 0; look < 200; look++) {
      text = get(server, "/metrics", scraper()).body();
      if (text.contains(line)) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("no " + line + " in\n" + text);
  }

  private static String scraper() {
    return ISSUER.token().claim("email", "prometheus@example.com").sign();
  }

  private HttpResponse<String> get(RunningServer from, String path, String token) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
