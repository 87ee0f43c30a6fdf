package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.JwksServer.Behaviour;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http2.Await;
import jakarta.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever its key server does, a client whose token is known is never disturbed. */
@Timeout(60)
final class KeyServerFaultsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final int CALLS = 20;

  /** Keys in use are due after four fifths of the five minutes that they count as fresh. */
  private static final Duration DUE = Duration.ofSeconds(250);

  /** What the key server does while calls go on, and what a token with a new key is told. */
  enum Fault {
    OUTAGE("503"),
    SLOW("503"),
    NONSENSE("503"),
    ROTATION("200");

    private final String newcomer;

    Fault(String newcomer) {
      this.newcomer = newcomer;
    }

    Behaviour behaviour(CountDownLatch end) {
      return switch (this) {
        case OUTAGE -> JwksServer.status(503);
        case SLOW -> _ -> end.await(50, TimeUnit.SECONDS);
        case NONSENSE -> JwksServer.text("<html>", "");
        case ROTATION -> JwksServer.text(rotated(), "");
      };
    }
  }

  private final CountDownLatch end = new CountDownLatch(1);
  private final JwksServer keys = JwksServer.start(JwksServer.text(ISSUER.jwks().toString(), ""));
  private final ManualClock clock = new ManualClock(Instant.now());
  private final RunningServer server =
      RunningServer.start(
          """
          identity:
            issuers:
              test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
          policy: { rules: [ { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }
          """
              .formatted(ISSUER.id(), keys.url("/keys"), TestIssuer.AUDIENCE),
          clock,
          new EchoService());

  @AfterEach
  void stop() {
    end.countDown();
    server.close();
    keys.close();
  }

  @ParameterizedTest
  @EnumSource
  void aClientWithAKnownTokenDoesNotNotice(Fault fault) throws Exception {
    var known = token().sign();
    try (var grpc = new GrpcProbe(server.port(), false);
        var socket = TextSocket.open(server.port(), "/ws", known)) {
      assertEquals(List.of("200", "OK", "pong"), callEach(known, grpc, socket));
      keys.now(fault.behaviour(end));
      clock.advance(DUE);
      int asked = keys.requests();
      for (int i = 0; i < CALLS; i++) {
        assertEquals(List.of("200", "OK", "pong"), callEach(known, grpc, socket));
      }
      Await.until("the key server is asked", () -> keys.requests() > asked);
      var newcomer = Thread.ofVirtual().start(() -> http(newcomer()));
      for (int i = 0; i < CALLS; i++) {
        assertEquals(List.of("200", "OK", "pong"), callEach(known, grpc, socket));
      }
      newcomer.join();
      clock.advance(Duration.ofSeconds(40));
      assertEquals(fault.newcomer, http(newcomer()));
      assertEquals(List.of("200", "OK", "pong"), callEach(known, grpc, socket));
    }
  }

  private List<String> callEach(String token, GrpcProbe grpc, TextSocket socket) throws Exception {
    var answers = new ArrayList<String>();
    answers.add(http(token));
    answers.add(grpc.call("Echo/Ping", token));
    var answer = String.valueOf(socket.ask("{\"message\":\"x\"}"));
    answers.add(answer.contains("\"pong\"") ? "pong" : answer);
    return answers;
  }

  private String http(String token) {
    try {
      var request =
          "GET /ping HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + token
              + "\r\nConnection: close\r\n\r\n";
      return String.valueOf(RawHttp.send(server.port(), request).status());
    } catch (Exception e) {
      return e.toString();
    }
  }

  private TestIssuer.Builder token() {
    var now = clock.instant().getEpochSecond();
    return ISSUER.token().claim("iat", now).claim("exp", now + 3600);
  }

  private String newcomer() {
    return token().header("kid", "rsa-2").signBy(TestIssuer.other());
  }

  /** The keys so far, and one more. */
  private static String rotated() {
    var added = Json.createObjectBuilder(TestIssuer.other().publicJwk()).add("kid", "rsa-2");
    var all = Json.createArrayBuilder(ISSUER.jwks().getJsonArray("keys")).add(added);
    return Json.createObjectBuilder().add("keys", all).build().toString();
  }
}
