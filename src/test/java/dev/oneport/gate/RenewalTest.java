package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a fresh token on an open socket leads to. */
final class RenewalTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String DOWN = "https://down.example";
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, roles-claim: groups, caller-prefix: "" }
          down: { issuer: "%s", jwks: "http://127.0.0.1:1/keys", audiences: [ "%s" ], caller-prefix: "down:" }
      policy:
        roles: { caller: [] }
        rules:
          - { allow: [ caller ], route: WS /ws }
          - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/* ] }
      """
          .formatted(
              ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, DOWN, TestIssuer.AUDIENCE);

  private final ManualClock clock = new ManualClock(Instant.now());
  private final RunningServer server = RunningServer.start(YAML, clock, new EchoService());

  @AfterEach
  void stop() {
    server.close();
  }

  record Row(String name, UnaryOperator<TestIssuer.Builder> fresh, String answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("the same caller and role", it -> it, "oneport-token: ok"),
        new Row(
            "the role was taken away",
            it -> it.without("groups"),
            "closed 3003 the caller may not call this"),
        new Row(
            "another caller with the role",
            it -> it.claim("email", "bob@example.com"),
            "closed 3003 the caller may not call this"),
        new Row(
            "expired",
            it -> it.claim("exp", Instant.now().getEpochSecond() - 600),
            "closed 3000 the token expired"),
        new Row(
            "for another audience",
            it -> it.claim("aud", "you"),
            "closed 3000 the token is not valid here"),
        new Row(
            "its issuer's keys cannot be had",
            it -> it.claim("iss", DOWN),
            "oneport-token: KEYS_UNAVAILABLE"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aFreshTokenIsJudgedAsAtTheBeginning(Row row) throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token(it -> it))) {
      assertEquals(row.answer(), socket.ask("oneport-token: " + token(row.fresh())));
    }
  }

  @Test
  void theTokenBeforeGoesOnToCountWhereTheFreshOneCannotBeChecked() throws Exception {
    var before = token(it -> it.claim("exp", clock.instant().getEpochSecond() + 60));
    try (var socket = TextSocket.open(server.port(), "/ws", before)) {
      socket.ask("oneport-token: " + token(it -> it.claim("iss", DOWN)));
      assertEquals(
          "{\"request\":{\"message\":\"x\"},\"message\":\"pong\"}",
          socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofSeconds(91));
      assertEquals("closed 3000 the token expired", socket.next());
    }
  }

  /** Each costs a verification before any quota is asked. */
  @Test
  void renewalsCountAgainstALimit() throws Exception {
    var fresh = token(it -> it);
    try (var socket = TextSocket.open(server.port(), "/ws", fresh)) {
      var answers = new ArrayList<String>();
      String answer;
      do {
        answer = String.valueOf(socket.ask("oneport-token: " + fresh));
        answers.add(answer);
      } while (answer.equals("oneport-token: ok") && answers.size() < 1_000);
      assertEquals("closed 1013 too much at once; try again later", answers.getLast());
      assertTrue(answers.size() > 10 && answers.size() < 100, () -> answers.size() + " answers");
    }
  }

  private static String token(UnaryOperator<TestIssuer.Builder> change) {
    return change.apply(ISSUER.token().claim("groups", List.of("caller"))).sign();
  }
}
