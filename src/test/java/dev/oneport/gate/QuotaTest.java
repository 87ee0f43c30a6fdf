package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import io.helidon.websocket.WsListener;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How much each caller may do at once, and that one caller's use is not another's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuotaTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  /**
   * More than any budget here holds; it refills meanwhile, on a slow machine more than elsewhere.
   */
  private static final int SOME = 100;

  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        roles: { free: [ free@example.com ] }
        rules:
          - { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws, WS /broken ] }
        quotas:
          - { for: [ free ] }
          - { for: [ calls1@example.com, calls2@example.com, calls4@example.com ], calls-per-second: 1, burst: 5 }
          - { for: [ sockets@example.com ], messages-per-second: 1 }
          - { for: [ authenticated ], open-streams: 2, messages-per-second: 3 }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private final RunningServer server =
      RunningServer.start(
          YAML, new EchoService(), port -> port.webSocket("/broken", QuotaTest::broken));

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void callsBeyondTheBurstAreRefusedWithTheTimeToWait() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(200, ping("calls1@example.com").status());
    }
    var refused = ping("calls1@example.com");
    for (int i = 0; i < SOME && refused.status() == 200; i++) {
      refused = ping("calls1@example.com");
    }
    assertEquals(429, refused.status());
    assertEquals("1", refused.header("retry-after"));
    assertTrue(refused.body().contains("LIMIT_EXCEEDED"), refused.body());
    assertEquals(200, ping("calls2@example.com").status());
  }

  @Test
  void theFirstQuotaThatCoversACallerCounts() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertEquals(200, ping("free@example.com").status());
    }
  }

  @Test
  void grpcSaysTheSame() throws Exception {
    try (var client = new GrpcProbe(server.port(), false)) {
      var token = token("calls3@example.com");
      for (int i = 0; i < 5; i++) {
        assertEquals("OK", client.call("Echo/Ping", token));
      }
      assertEquals("OK", client.call("Echo/Ping", token), "another quota covers this caller");
      var bounded = token("calls4@example.com");
      var said = "OK";
      for (int i = 0; i < SOME && said.equals("OK"); i++) {
        said = client.call("Echo/Ping", bounded);
      }
      assertEquals("RESOURCE_EXHAUSTED", said);
    }
  }

  @Test
  void aSocketWhoseListenerCannotBeMadeIsNotCounted() throws Exception {
    var token = HeaderField.bearer(token("broken@example.com"));
    for (int i = 0; i < 5; i++) {
      var answer = new WebSocketProbe(server.port()).open("/broken", List.of(token));
      assertEquals("INTERNAL 500", answer.reason() + " " + answer.status());
    }
  }

  @Test
  void streamsBeyondTheBoundAreRefusedUntilOneEnds() throws Exception {
    var token = token("streams@example.com");
    var first = TextSocket.open(server.port(), "/ws", token);
    try (var second = TextSocket.open(server.port(), "/ws", token)) {
      var refused =
          new WebSocketProbe(server.port()).open("/ws", List.of(HeaderField.bearer(token)));
      assertEquals("LIMIT_EXCEEDED 429", refused.reason() + " " + refused.status());
      first.finish();
      try (var third = TextSocket.open(server.port(), "/ws", token)) {
        assertTrue(String.valueOf(third.ask("{\"message\":\"x\"}")).contains("pong"));
      }
      assertTrue(String.valueOf(second.ask("{\"message\":\"x\"}")).contains("pong"));
    }
  }

  @Test
  void messagesBeyondTheBoundEndTheSocket() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("messages@example.com"))) {
      var last = "";
      for (int i = 0; i < SOME && !last.startsWith("closed"); i++) {
        last = String.valueOf(socket.ask("{\"message\":\"x\"}"));
      }
      assertEquals("closed 1013 too much at once; try again later", last);
    }
  }

  @Test
  void messagesAreCountedOnAllSocketsOfACallerTogether() throws Exception {
    var token = token("sockets@example.com");
    var last = "";
    for (int i = 0; i < SOME && !last.startsWith("closed"); i++) {
      try (var socket = TextSocket.open(server.port(), "/ws", token)) {
        last = String.valueOf(socket.ask("{\"message\":\"x\"}"));
        if (!last.startsWith("closed")) {
          socket.finish();
        }
      }
    }
    assertEquals("closed 1013 too much at once; try again later", last);
  }

  private RawHttp.Answer ping(String caller) throws Exception {
    return RawHttp.send(
        server.port(),
        "GET /ping HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + token(caller)
            + "\r\nConnection: close\r\n\r\n");
  }

  private static String token(String caller) {
    return ISSUER.token().claim("email", caller).sign();
  }

  private static WsListener broken() {
    throw new IllegalStateException("no listener");
  }
}
