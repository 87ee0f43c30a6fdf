package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Client;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebSocketProbe;
import java.net.http.HttpClient.Version;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** An upstream that speaks TLS is trusted by its {@code ca}, or not at all. */
@TestInstance(Lifecycle.PER_CLASS)
final class HttpsUpstreamTest {
  private static final String OPEN =
      "policy: { rules: [ { allow: [ anyone ], route: %s } ] }"
          .formatted(ProbeService.routes("open"));

  private final RunningServer upstream =
      RunningServer.startTls(OPEN, new ProbeService(List.of("open")));

  @AfterAll
  void stop() {
    upstream.close();
  }

  /** What each protocol answers through an upstream with this URL and trust. */
  private Map<String, String> answers(String url, String ca) throws Exception {
    var yaml =
        """
        %s
        upstreams: { a: { url: "%s"%s }, b: { url: "%s"%s } }
        forward:
          - { route: HTTP * /**, to: a }
          - { route: WS /**, to: a }
          - { route: GRPC **/*, to: b }
        """
            .formatted(OPEN, url, ca, url, ca);
    try (var server = RunningServer.start(yaml);
        Client http = new HttpProbe(server.port(), Version.HTTP_1_1);
        Client unary = new GrpcProbe(server.port(), false);
        Client stream = new GrpcProbe(server.port(), true);
        Client socket = new WebSocketProbe(server.port())) {
      return Map.of(
          "HTTP", http.call("open", List.of()).reason(),
          "unary", unary.call("open", List.of()).reason(),
          "stream", stream.call("open", List.of()).reason(),
          "WebSocket", socket.call("open", List.of()).reason());
    }
  }

  private static String ca() {
    return ", ca: \"" + TestTls.certificate() + "\"";
  }

  @Test
  void itIsReachedWithItsCa() throws Exception {
    var answers = answers("https://127.0.0.1:" + upstream.port(), ca());
    assertTrue(answers.values().stream().allMatch("OK"::equals), answers.toString());
  }

  @Test
  void withoutItsCaNothingIsSent() throws Exception {
    var answers = answers("https://127.0.0.1:" + upstream.port(), "");
    assertEquals(
        Map.of(
            "HTTP", "UPSTREAM_UNAVAILABLE",
            "unary", "UPSTREAM_UNAVAILABLE",
            "stream", "UPSTREAM_UNAVAILABLE",
            "WebSocket", "UPSTREAM_UNAVAILABLE"),
        answers);
  }

  /** The certificate is not for that name, though for that address. */
  @Test
  void anotherNameIsNotTheUpstream() throws Exception {
    var answers = answers("https://127.0.0.2:" + upstream.port(), ca());
    assertTrue(
        answers.values().stream().allMatch("UPSTREAM_UNAVAILABLE"::equals), answers.toString());
  }
}
