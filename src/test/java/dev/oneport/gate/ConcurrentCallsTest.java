package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of all protocols count together; one too many is refused, and health is always told. */
final class ConcurrentCallsTest {
  private static final String YAML =
      """
      server: { max-concurrent-calls: 2 }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /*, HTTP POST /copy, HTTP GET /health/*, GRPC grpc.health.v1.Health/*, GRPC Echo/*, GRPC Odd/*, WS /ws, WS /fail, WS /refuse ]
      """;

  private final OddService odd = new OddService();
  private final RunningServer server = RunningServer.start(YAML, new EchoService(), odd);

  @AfterEach
  void stop() {
    odd.release();
    server.close();
  }

  @Test
  void oneCallTooManyIsRefusedOnEveryProtocol() throws Exception {
    try (var grpc = new GrpcProbe(server.port(), false);
        var socket = TextSocket.open(server.port(), "/ws", "")) {
      var waiting = CompletableFuture.supplyAsync(() -> grpc.call("Odd/Wait"));
      odd.awaitCall();
      var refused = RawHttp.get(server.port(), "/ping");
      assertEquals(429, refused.status());
      assertTrue(refused.body().contains("LIMIT_EXCEEDED"), refused.body());
      assertEquals("1", refused.header("retry-after"));
      assertEquals("RESOURCE_EXHAUSTED", grpc.call("Echo/Ping"));
      assertEquals("429", new WebSocketProbe(server.port()).open("/ws", List.of()).status());
      assertEquals(200, RawHttp.get(server.port(), "/health/live").status());
      odd.release();
      assertEquals("OK", waiting.get(10, TimeUnit.SECONDS));
      assertTrue(String.valueOf(socket.ask("{\"message\":\"x\"}")).contains("pong"));
    }
  }

  /** Whoever watches health does not take the places of others, nor keep health from being told. */
  @Test
  void watchersOfHealthAreCountedAndChecksAreNot() throws Exception {
    try (var grpc = new GrpcProbe(server.port(), false);
        var one = TextSocket.open(server.port(), "/ws", "");
        var other = TextSocket.open(server.port(), "/ws", "")) {
      assertEquals("RESOURCE_EXHAUSTED", grpc.call("Echo/Ping"));
      assertEquals("RESOURCE_EXHAUSTED", grpc.call("grpc.health.v1.Health/Watch"));
      assertEquals("OK", grpc.call("grpc.health.v1.Health/Check"));
      assertEquals(200, RawHttp.get(server.port(), "/health/ready").status());
      one.finish();
      assertEquals("OK", grpc.call("Echo/Ping"));
      assertTrue(String.valueOf(other.ask("{\"message\":\"x\"}")).contains("pong"));
    }
  }

  /** Each way to end gives the place back; with two places the third call would show it. */
  @Test
  void everyWayToEndGivesThePlaceBack() throws Exception {
    try (var grpc = new GrpcProbe(server.port(), false)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(200, RawHttp.get(server.port(), "/ping").status());
        assertEquals(500, RawHttp.get(server.port(), "/fail").status());
        assertEquals(404, RawHttp.get(server.port(), "/nowhere").status());
        assertEquals("OK", grpc.call("Echo/Ping"));
        assertEquals("INTERNAL", grpc.call("Odd/Fail"));
        assertEquals("INTERNAL", grpc.call("Odd/Begin"));
        assertEquals("NOT_FOUND", grpc.call("Odd/Refuse"));
        assertEquals("409", new WebSocketProbe(server.port()).open("/refuse", List.of()).status());
        try (var socket = TextSocket.open(server.port(), "/fail", "")) {
          assertEquals("closed 1011 the server failed", socket.ask("x"));
        }
        try (var socket = TextSocket.open(server.port(), "/ws", "")) {
          socket.finish();
        }
      }
    }
  }
}
