package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Conditions on the time, on open calls, and in the audit. */
final class ConditionTimeTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final String SECRET = "tenant-5d2a";
  private static final String PONG = "{\"request\":{\"message\":\"x\"},\"message\":\"pong\"}";

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-29T10:00:00Z"));

  private static String yaml(String rule) {
    return """
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, claims: [ tenant_id ] }
        policy:
          rules:
            - { %s, route: [ WS /ws, GRPC Echo/* ] }
            - { allow: [ anyone ], route: HTTP GET /ping }
        """
        .formatted(ISSUER.id(), JWKS, TestIssuer.AUDIENCE, rule);
  }

  private RunningServer start(String rule) {
    return RunningServer.start(yaml(rule), clock, new EchoService());
  }

  private String token(String tenant) {
    var now = clock.instant().getEpochSecond();
    return ISSUER
        .token()
        .claim("iat", now)
        .claim("exp", now + 3600)
        .claim("tenant_id", tenant)
        .sign();
  }

  @Test
  void anOpenSocketEndsWhenItsConditionNoLongerHolds() throws Exception {
    var rule =
        "allow: [ authenticated ], when: \"now < timestamp('2026-11-29T10:30:00Z') && claims.tenant_id == 'a'\"";
    try (var server = start(rule);
        var socket = TextSocket.open(server.port(), "/ws", token("a"))) {
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofMinutes(29));
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofMinutes(2));
      assertEquals("closed 3003 the caller may not call this", socket.next());
    }
  }

  @Test
  void anOpenSocketOfAnyoneDoesToo() throws Exception {
    try (var server =
            start("allow: [ anyone ], when: \"now < timestamp('2026-11-29T10:30:00Z')\"");
        var socket = TextSocket.open(server.port(), "/ws", "")) {
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofMinutes(31));
      assertEquals("closed 3000 a token is needed", socket.next());
    }
  }

  @Test
  void aReloadThatChangesAConditionEndsWhatItNoLongerAllows() throws Exception {
    try (var server = start("allow: [ authenticated ], when: \"claims.tenant_id == 'a'\"");
        var socket = TextSocket.open(server.port(), "/ws", token("a"))) {
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      assertTrue(
          server.reload(yaml("allow: [ authenticated ], when: \"claims.tenant_id == 'b'\"")));
      assertEquals("closed 3003 the caller may not call this", socket.next());
    }
  }

  @Test
  void theAuditSaysWhyAConditionFailedAndNotTheClaim() throws Exception {
    var server = start("allow: [ authenticated ], when: 'int(claims.tenant_id) == 1'");
    try (server) {
      var request =
          "POST /Echo/Ping HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 2\r\nAuthorization: Bearer "
              + token(SECRET)
              + "\r\n\r\n{}";
      assertEquals(403, RawHttp.send(server.port(), request).status());
    }
    var line = String.join("\n", server.audit().lines());
    assertTrue(line.contains("the rule's condition cannot be evaluated: bad format"), line);
    assertTrue(line.contains("\"rule\":\"test.yaml:6\""), line);
    assertFalse(line.contains(SECRET), line);
  }
}
