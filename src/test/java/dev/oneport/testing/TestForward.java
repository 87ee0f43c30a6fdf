package dev.oneport.testing;

import dev.oneport.api.Service;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.helidon.websocket.WsListener;

/**
 * Puts the services of a test behind a second server that forwards to them, by the test's own
 * configuration. With {@code -Doneport.test.forwarded=true} all servers of the fixtures are started
 * so.
 */
final class TestForward {
  /** Whether every fixture forwards. */
  static final boolean ON = Boolean.getBoolean("oneport.test.forwarded");

  /** Of the server behind: it refuses nobody, so that only the one in front can. */
  static final String UPSTREAM =
      """
      server: { max-body-size: 64MiB, trusted-proxies: [ 127.0.0.1 ] }
      policy:
        rules:
          - allow: [ anyone ]
            # The last one turns reflection on, by which the other learns what JSON needs.
            route: [ HTTP * /**, GRPC **/*, WS /**, GRPC grpc.reflection.v1.ServerReflection/* ]
      """;

  /**
   * Mounted behind as well: a rule must be about a route, and not each test mounts all protocols.
   */
  static final Service REST =
      port -> {
        port.http().get("/unused-by-tests", (_, response) -> response.send());
        port.webSocket("/unused-by-tests", () -> new WsListener() {});
        port.grpc(
            () ->
                ServerServiceDefinition.builder("unused.Tests")
                    .addMethod(
                        ProbeService.unary("unused").toBuilder()
                            .setFullMethodName("unused.Tests/Unused")
                            .build(),
                        (_, _) -> new ServerCall.Listener<>() {})
                    .build());
      };

  private TestForward() {}

  /** A configuration with all that its rules are about forwarded to a port. */
  static String front(String yaml, int upstream) {
    var http = yaml.contains("HTTP ") || yaml.contains("WS ");
    return yaml
        + "\nupstreams:\n"
        + line(http, "http: { url: \"http://127.0.0.1:" + upstream + "\", keep-host: true }")
        + line(yaml.contains("GRPC "), "grpc: { url: \"h2c://127.0.0.1:" + upstream + "\" }")
        + "forward:\n"
        + line(yaml.contains("HTTP "), "- { route: HTTP * /**, to: http }")
        + line(yaml.contains("WS "), "- { route: WS /**, to: http }")
        + line(yaml.contains("GRPC "), "- { route: GRPC **/*, to: grpc }");
  }

  private static String line(boolean wanted, String text) {
    return wanted ? "  " + text + "\n" : "";
  }
}
