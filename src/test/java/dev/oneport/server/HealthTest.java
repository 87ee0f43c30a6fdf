package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the server serves of its own, where a rule is about it and nowhere else. */
final class HealthTest {
  private static final String RULES =
      """
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
      """;
  private static final String BUILTINS =
      """
          - allow: [ anyone ]
            route:
              - HTTP GET /health/*
              - GRPC grpc.health.v1.Health/*
              - GRPC grpc.reflection.v1.ServerReflection/*
              - GRPC grpc.reflection.v1alpha.ServerReflection/*
      """;
  private static final String CHECK = "grpc.health.v1.Health/Check";
  private static final List<String> REFLECTION =
      List.of(
          "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
          "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");

  @Test
  void withoutARuleThereIsNeitherHealthNorReflection() throws Exception {
    try (var server = RunningServer.start(RULES, new EchoService());
        var grpc = new GrpcProbe(server.port(), false)) {
      assertEquals(404, RawHttp.get(server.port(), "/health/live").status());
      assertEquals("UNIMPLEMENTED", grpc.call(CHECK));
      for (var method : REFLECTION) {
        assertEquals("UNIMPLEMENTED", grpc.call(method));
      }
    }
  }

  @Test
  void inDevModeReflectionIsThereForAnyoneUnlessARuleIsAboutIt() throws Exception {
    var rule =
        """
            - { allow: [ bob@example.com ], route: GRPC grpc.reflection.v1.ServerReflection/* }
        """;
    try (var server = RunningServer.startDev(RULES, new EchoService());
        var grpc = new GrpcProbe(server.port(), false)) {
      for (var method : REFLECTION) {
        assertEquals("OK", grpc.call(method));
      }
    }
    try (var server = RunningServer.startDev(RULES + rule, new EchoService());
        var grpc = new GrpcProbe(server.port(), false)) {
      assertEquals("UNAUTHENTICATED", grpc.call(REFLECTION.getFirst()));
      assertEquals("OK", grpc.call(REFLECTION.getLast()));
    }
  }

  @Test
  void withARuleTheyAreThere() throws Exception {
    try (var server = RunningServer.start(RULES + BUILTINS, new EchoService());
        var grpc = new GrpcProbe(server.port(), false)) {
      for (var what : List.of("live", "ready", "started")) {
        var answer = RawHttp.get(server.port(), "/health/" + what);
        assertEquals("200 {\"status\":\"UP\"}", answer.status() + " " + answer.body());
      }
      assertEquals("OK", grpc.call(CHECK));
    }
  }
}
