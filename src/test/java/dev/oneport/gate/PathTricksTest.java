package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Mount;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.GrpcWebProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebSocketProbe;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a path is written, no handler is reached without that handler's own rule. Everything here
 * is sent without a token: the handler of {@code open} may answer, that of {@code closed} never.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PathTricksTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ] }
      policy:
        rules:
          - { allow: [ anyone ], route: %s }
          - { allow: [ authenticated ], route: %s }
          - { allow: [ authenticated ], route: "HTTP GET /files/{name}" }
          - { allow: [ anyone ], route: HTTP GET /files/public }
      """
          .formatted(
              ISSUER.id(),
              ISSUER.jwksFile(),
              TestIssuer.AUDIENCE,
              ProbeService.routes("open"),
              ProbeService.routes("closed"));

  private RunningServer server =
      RunningServer.start(YAML, new ProbeService(List.of("open", "closed")), PathTricksTest::files);

  private static void files(Mount port) {
    port.http()
        .get("/files/public", (_, response) -> response.send("public"))
        .get(
            "/files/{name}",
            (_, response) -> response.send("private of " + Caller.current().name()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/closed",
        "//closed",
        "///closed",
        "/closed/",
        "/closed//",
        "/closed;x",
        "/closed;x=1/",
        "/closed?x",
        "/closed#x",
        "/%63losed",
        "/%2563losed",
        "/closed%00",
        "/closed%20",
        "/closed%2F",
        "/closed%2e",
        "/closed.",
        "/CLOSED",
        "/Closed",
        "/./closed",
        "/x/../closed",
        "/open/../closed",
        "/open/%2e%2e/closed",
        "/open/..%2Fclosed",
        "/open;/../closed",
        "/open/..;/closed",
        "/.//closed",
        "/..//closed",
        "/%2e/closed",
        "/closed/.",
        "/closed/..",
        "/open\\..\\closed",
        "/files/other",
        "/files//other",
        "/files/./other",
        "/files/public/../other",
        "/files/public;/../other",
        "/files/%6Fther",
        "/files/public%2F..%2Fother",
        "/x/../ws/closed",
        "*",
        "http://127.0.0.1/closed",
        "http://elsewhere.test/closed",
        "closed"
      })
  void noTrickReachesAClosedHttpHandler(String path) throws Exception {
    var answer = RawHttp.get(server.port(), path);
    assertTrue(answer.status() >= 400 || answer.status() == 301, path + ": " + answer);
    assertTrue(!answer.body().contains("private"), path + ": " + answer);
    if (path.equals("/closed") || path.startsWith("/closed?")) {
      assertEquals(401, answer.status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/closed",
        "//closed",
        "/closed/",
        "/closed;x",
        "/%63losed",
        "/CLOSED",
        "/./closed",
        "/open/../closed",
        "/x/../ws/closed",
        "/open/..;/closed"
      })
  void nothingReachesAClosedHandlerOverHttp2(String path) throws Exception {
    try (var client = TestTls.http().version(Version.HTTP_2).build()) {
      var uri = TestTls.uri("http", server.port(), path);
      var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertTrue(response.statusCode() >= 400, path + ": " + response.statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unary/closed",
        "/Unary/closed",
        "Unary//closed",
        "Unary/closed/",
        "Unary/Closed",
        "unary/closed",
        "UNARY/CLOSED",
        "Unary/./closed",
        "Unary/open/../closed",
        "Unary/%63losed",
        "Unary/closed;x",
        "Unary/closed?x",
        "x/../Unary/closed",
        "Unary.closed",
        "Unary/",
        "/",
        "Stream/../Unary/closed"
      })
  void noTrickReachesAClosedGrpcMethod(String method) {
    try (var client = new GrpcProbe(server.port(), false)) {
      var status = client.call(method);
      assertTrue(
          method.equals("Unary/closed") ? status.equals("UNAUTHENTICATED") : !status.equals("OK"),
          method + ": " + status);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Unary/closed",
        "//Unary/closed",
        "/Unary//closed",
        "/Unary/closed/",
        "/Unary/Closed",
        "/unary/closed",
        "/Unary/./closed",
        "/Unary/open/../closed",
        "/Unary/open/..%2Fclosed",
        "/Unary/open;/../closed",
        "/Unary/%63losed",
        "/Unary/closed;x",
        "/Unary/closed?x",
        "/Unary/closed%00",
        "/x/../Unary/closed",
        "/Unary.closed"
      })
  void noTrickReachesAClosedGrpcMethodFromABrowser(String path) throws Exception {
    for (var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
      try (var web = new GrpcWebProbe(server.port(), version);
          var connect = new ConnectProbe(server.port(), version)) {
        assertRefused(path, web.open(path, List.of()));
        assertRefused(path, connect.open(path, List.of()));
      }
    }
  }

  /** Either there is no such path, or it is the method's own rule that refuses. */
  private static void assertRefused(String path, Reply reply) {
    assertTrue(
        reply.status().startsWith("4") || reply.reason().equals("CREDENTIALS_MISSING"),
        path + ": " + reply);
    if (path.equals("/Unary/closed") || path.startsWith("/Unary/closed?")) {
      assertEquals("CREDENTIALS_MISSING", reply.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ws/closed",
        "//ws/closed",
        "/ws//closed",
        "/ws/closed/",
        "/ws/closed;x",
        "/ws/%63losed",
        "/WS/CLOSED",
        "/ws/./closed",
        "/ws/open/../closed",
        "/ws/open/%2e%2e/closed",
        "/ws/open;/../closed",
        "/open/../ws/closed",
        "/ws/closed?x"
      })
  void noTrickReachesAClosedWebSocket(String path) throws Exception {
    var reply = new WebSocketProbe(server.port()).open(path, List.of());
    assertTrue(Integer.parseInt(reply.status()) >= 400, path + ": " + reply);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/open", "/files/public"})
  void openPathsAreOpen(String path) throws Exception {
    assertEquals(200, RawHttp.get(server.port(), path).status());
  }
}
