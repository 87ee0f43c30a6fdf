package dev.oneport.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.DescribedUpstream;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.Npm;
import dev.oneport.testing.RunningServer;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The page in headless Chromium, with real calls to the server on all protocols. Writes screenshots
 * to {@code target/page}.
 */
@Timeout(240)
final class PageInBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path SCREENSHOTS = Path.of("target", "page");
  private static final String YAML =
      """
      policy:
        roles: { caller: [] }
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
          - { allow: [ caller ], route: [ GRPC Echo/*, WS /ws ] }
      """;

  @Test
  void allOfItWorksInABrowser() throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "there is no Chromium on this machine");
    Npm.prepare("page.mjs");
    Files.createDirectories(SCREENSHOTS);
    try (var server = RunningServer.startDev(YAML, new EchoService())) {
      var environment =
          Map.of(
              "ONEPORT_URL",
              "http://localhost:" + server.port(),
              "ONEPORT_CHROMIUM",
              CHROMIUM.toString(),
              "ONEPORT_SCREENSHOTS",
              SCREENSHOTS.toAbsolutePath().toString());
      assertEquals(
          List.of(
              "it starts as a caller whose calls work",
              "each lane gives its call as a command to copy",
              "without a token the refusal is the same on all three protocols",
              "without a token the lines of this trace are shown",
              "a route that is open to anyone answers",
              "a caller who is allowed is answered on all three protocols",
              "a caller sees the own lines and their contents",
              "a refused caller gets the same reason on all three protocols",
              "an error shows its details",
              "a stream shows its messages as they come, and can be stopped",
              "a socket stays open for more than one text",
              "a method is called as JSON too, and an invalid message is not sent",
              "an invalid token is not mistaken for its claims",
              "a text that is not a token is reported as such",
              "a pasted token is used",
              "the remaining life of a token is shown",
              "no token is kept anywhere",
              "the keyboard is enough",
              "axe finds nothing, light and dark, wide and narrow",
              "nothing sticks out of a narrow window",
              "no policy was violated and nothing went wrong"),
          Npm.run(environment, "node", "page.mjs"));
    }
  }

  @Test
  void forwardedRoutesAreListedAndCalled() throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "there is no Chromium on this machine");
    Npm.prepare("forwarded.mjs");
    Files.createDirectories(SCREENSHOTS);
    try (var grpc = DescribedUpstream.start(ProtoReflectionServiceV1.newInstance());
        var http =
            RunningServer.start(
                """
                server: { websocket: { origins: [ "*" ] } }
                policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }
                """,
                new EchoService());
        var log = new LogRecords("dev.oneport");
        var server = RunningServer.startDev(forwarding(http.port(), grpc.port()))) {
      log.await("upstream grpc: its schema is known");
      var environment =
          Map.of(
              "ONEPORT_URL",
              "http://localhost:" + server.port(),
              "ONEPORT_CHROMIUM",
              CHROMIUM.toString(),
              "ONEPORT_SCREENSHOTS",
              SCREENSHOTS.toAbsolutePath().toString());
      assertEquals(
          List.of(
              "forwarded routes are listed, and the methods of a known schema",
              "a forwarded method is called with a form, as gRPC-Web and as JSON",
              "a forwarded stream is called",
              "a path and a method of a forwarded pattern are chosen",
              "a path of a forwarded socket is chosen"),
          Npm.run(environment, "node", "forwarded.mjs"));
    }
  }

  private static String forwarding(int http, int grpc) {
    return """
        upstreams:
          http: { url: "http://127.0.0.1:%d" }
          grpc: { url: "h2c://127.0.0.1:%d" }
        forward:
          - { route: "HTTP * /**", to: http }
          - { route: "WS /**", to: http }
          - { route: "GRPC **/*", to: grpc }
        policy:
          rules:
            - { allow: [ authenticated ], route: [ "HTTP * /**", "WS /**", "GRPC **/*" ] }
        """
        .formatted(http, grpc);
  }
}
