package dev.oneport.testing;

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
      server: { max-body-size: 64MiB }
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /**, GRPC **/*, WS /** ] } ] }
      """;

  private TestForward() {}

  /** A configuration with all that its rules are about forwarded to a port. */
  static String front(String yaml, int upstream) {
    var forwards = new StringBuilder();
    forward(forwards, yaml, "HTTP ", "HTTP * /**", "http");
    forward(forwards, yaml, "WS ", "WS /**", "http");
    forward(forwards, yaml, "GRPC ", "GRPC **/*", "grpc");
    return "%s\nupstreams: { http: { url: \"http://127.0.0.1:%d\" }, grpc: { url: \"h2c://127.0.0.1:%d\" } }\nforward:\n%s"
        .formatted(yaml, upstream, upstream, forwards);
  }

  private static void forward(
      StringBuilder to, String yaml, String protocol, String route, String upstream) {
    if (yaml.contains(protocol)) {
      to.append("  - { route: %s, to: %s }\n".formatted(route, upstream));
    }
  }
}
