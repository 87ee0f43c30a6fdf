package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.CountingService;
import dev.oneport.testing.RunningServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a service does wrong at mounting is one clear line that names it and the route. */
final class MountMistakesTest {
  private static final String YAML =
      """
      server: { page: { enabled: true } }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /metrics, HTTP GET /health/live, HTTP GET /health/ready, HTTP GET /health/started ]
      """;

  record Row(String name, Service mount, String wanted) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> mistakes() {
    return Stream.of(
        new Row(
            "a route twice",
            port -> port.http().get("/a", (_, _) -> {}).get("/a", (_, _) -> {}),
            "HTTP GET /a is already mounted by the same service"),
        new Row(
            "the same with another parameter's name",
            port -> port.http().get("/a/{id}", (_, _) -> {}).get("/a/{name}", (_, _) -> {}),
            "HTTP GET /a/{name} is already mounted by the same service"),
        new Row(
            "a WebSocket twice",
            port -> {
              port.webSocket("/s", () -> null);
              port.webSocket("/s", () -> null);
            },
            "WS /s is already mounted by the same service"),
        new Row(
            "another service's route",
            port -> port.http().get("/count", (_, _) -> {}),
            "HTTP GET /count is already mounted by dev.oneport.testing.CountingService"),
        new Row(
            "a gRPC service twice",
            port -> {
              new EchoService().mount(port);
              new EchoService().mount(port);
            },
            "is already mounted by the same service"),
        new Row(
            "no handler",
            port -> port.http().get("/a", nothing()),
            "HTTP GET /a: the handler is null"),
        new Row(
            "no listeners",
            port -> port.webSocket("/a", nothing()),
            "WS /a: the supplier of listeners is null"),
        new Row("no gRPC service", port -> port.grpc(nothing()), "NullPointerException"),
        new Row(
            "no path", port -> port.http().get(nothing(), (_, _) -> {}), "NullPointerException"),
        new Row(
            "a path without /",
            port -> port.http().get("a", (_, _) -> {}),
            "HTTP GET a: the path must begin with /"),
        new Row(
            "a path with a space",
            port -> port.http().get("/a b", (_, _) -> {}),
            "HTTP GET /a b: the path must not contain a space"),
        new Row(
            "a path that is half a pattern",
            port -> port.http().get("/a/{b", (_, _) -> {}),
            "HTTP GET /a/{b: the path is not a valid pattern"),
        new Row(
            "a method in lower case",
            port -> port.http().on("get", "/a", (_, _) -> {}),
            "HTTP get /a: 'get' is not a method such as GET"),
        new Row(
            "an exception",
            _ -> {
              throw new IllegalStateException("no database");
            },
            "mount failed with java.lang.IllegalStateException: no database, in "),
        new Row(
            "a class that is missing",
            _ -> {
              throw new NoClassDefFoundError("com/example/Driver");
            },
            "mount failed with java.lang.NoClassDefFoundError: com/example/Driver"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void eachIsOneClearLine(Row row) {
    var service = new Mistaken(row.mount());
    var error =
        assertThrows(
            InvalidConfiguration.class,
            () -> RunningServer.start(YAML, new CountingService(), service).close());
    assertEquals(1, error.problems().size(), error::getMessage);
    var line = error.problems().getFirst().toString();
    assertTrue(line.contains(row.wanted()), line);
    assertTrue(
        line.startsWith(Mistaken.class.getName() + ": ") || line.contains(Mistaken.class.getName()),
        line);
  }

  @Test
  void theMistakesOfAllServicesAreToldAtOnce() {
    Service one = new Mistaken(port -> port.http().get("a", (_, _) -> {}));
    Service other = new Mistaken(port -> port.http().get("b", (_, _) -> {}));
    var error = assertThrows(InvalidConfiguration.class, () -> Mounts.of(List.of(one, other)));
    assertEquals(2, error.problems().size());
  }

  @Test
  void nothingCanBeMountedLater() {
    var kept = new AtomicReference<Mount>();
    var yaml = "policy: { rules: [ { allow: [ anyone ], route: HTTP GET /a } ] }";
    Service service =
        port -> {
          kept.set(port);
          port.http().get("/a", (_, _) -> {});
        };
    try (var _ = RunningServer.start(yaml, service)) {
      var late =
          assertThrows(
              IllegalStateException.class, () -> kept.get().http().get("/b", (_, _) -> {}));
      assertTrue(late.toString().contains("HTTP GET /b"), late::toString);
    }
  }

  /** What no caller with checks for null would give. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  private record Mistaken(Service mounts) implements Service {
    @Override
    public void mount(Mount port) {
      mounts.mount(port);
    }
  }
}
