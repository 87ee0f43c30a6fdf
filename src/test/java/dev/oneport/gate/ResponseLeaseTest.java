package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A response that is streamed ends with the right to it, and is seen to be cut off. */
@Timeout(60)
final class ResponseLeaseTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration TICK = Duration.ofMillis(20);

  private final ManualClock clock = new ManualClock(Instant.now());
  private final RunningServer server =
      RunningServer.start(
          yaml("alice@example.com"), clock, new OddService(), ResponseLeaseTest::mountEvents);
  private final HttpClient http = TestTls.http().build();

  @AfterEach
  void stop() {
    http.shutdownNow();
    server.close();
  }

  /** A stream of bytes, and Helidon's sink for server-sent events. */
  enum Body {
    TICKS("tick"),
    EVENTS("data:tick");

    private final String line;

    Body(String line) {
      this.line = line;
    }
  }

  static Stream<Arguments> bodies() {
    return Stream.of(Body.values())
        .flatMap(body -> Stream.of(Version.values()).map(version -> Arguments.of(body, version)));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void itEndsWithTheToken(Body body, Version version) throws Exception {
    try (var lines = open(body, version, 60)) {
      clock.advance(Duration.ofSeconds(91));
      assertCutOff(lines);
    }
    assertOthersGoOn(version);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void itEndsWhenAReloadNoLongerAllowsIt(Body body, Version version) throws Exception {
    try (var lines = open(body, version, 60)) {
      assertTrue(server.reload(yaml("bob@example.com")));
      assertCutOff(lines);
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void itLastsNoLongerThanAnyCallMay(Body body, Version version) throws Exception {
    try (var lines = open(body, version, 600)) {
      clock.advance(LONGEST.plusSeconds(1));
      assertCutOff(lines);
    }
  }

  private static void assertCutOff(BufferedReader lines) {
    assertThrows(
        IOException.class,
        () -> {
          while (lines.readLine() != null) {
            // Until it is cut off; a good end would be null.
          }
        });
  }

  /** On HTTP/2 the connection is the same one. */
  private void assertOthersGoOn(Version version) throws Exception {
    var request = HttpRequest.newBuilder(uri("/none")).version(version).build();
    assertEquals(404, http.send(request, BodyHandlers.ofString()).statusCode());
  }

  private BufferedReader open(Body body, Version version, long seconds) throws Exception {
    var now = clock.instant().getEpochSecond();
    var token = ISSUER.token().claim("iat", now).claim("exp", now + seconds).sign();
    var request =
        HttpRequest.newBuilder(uri("/" + body.name().toLowerCase(Locale.ROOT)))
            .version(version)
            .header("Authorization", "Bearer " + token)
            .build();
    var answer = http.send(request, BodyHandlers.ofInputStream());
    assertEquals(200, answer.statusCode());
    assertEquals(version, answer.version());
    var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.US_ASCII));
    assertEquals(body.line, lines.readLine());
    return lines;
  }

  private static void mountEvents(Mount port) {
    port.http()
        .get(
            "/events",
            (_, response) -> {
              try (var events = response.sink(SseSink.TYPE)) {
                while (true) {
                  events.emit(SseEvent.create("tick"));
                  Thread.sleep(TICK);
                }
              }
            });
  }

  private URI uri(String path) {
    return TestTls.uri("http", server.port(), path);
  }

  private static String yaml(String caller) {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, clock-skew: 30s }
    server: { max-call-duration: %ds }
    policy:
      rules:
        - { allow: [ %s ], route: [ HTTP GET /ticks, HTTP GET /events ] }
        - allow: [ alice@example.com ]
          route: [ HTTP GET /fail, HTTP POST /copy, HTTP GET /wait, GRPC Odd/*, WS /fail, WS /refuse ]
    """
        .formatted(
            ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, LONGEST.toSeconds(), caller);
  }
}
