package dev.oneport.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ManualClock;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A response that is streamed ends with the right to it, and is seen to be cut off. */
@Timeout(60)
final class ResponseLeaseTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  private final ManualClock clock = new ManualClock(Instant.now());
  private final RunningServer server =
      RunningServer.start(yaml("alice@example.com"), clock, new OddService());
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    http.shutdownNow();
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void itEndsWithTheToken(Version version) throws Exception {
    try (var lines = ticks(version, "/ticks")) {
      assertEquals("tick", lines.readLine());
      clock.advance(Duration.ofSeconds(91));
      assertCutOff(lines);
    }
    assertOthersGoOn(version);
  }

  @ParameterizedTest
  @EnumSource
  void itEndsWhenAReloadNoLongerAllowsIt(Version version) throws Exception {
    try (var lines = ticks(version, "/ticks")) {
      assertEquals("tick", lines.readLine());
      assertTrue(server.reload(yaml("bob@example.com")));
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

  private BufferedReader ticks(Version version, String path) throws Exception {
    var now = clock.instant().getEpochSecond();
    var token = ISSUER.token().claim("iat", now).claim("exp", now + 60).sign();
    var request =
        HttpRequest.newBuilder(uri(path))
            .version(version)
            .header("Authorization", "Bearer " + token)
            .build();
    var answer = http.send(request, BodyHandlers.ofInputStream());
    assertEquals(200, answer.statusCode());
    assertEquals(version, answer.version());
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.US_ASCII));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static String yaml(String caller) {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, clock-skew: 30s }
    policy:
      rules:
        - { allow: [ %s ], route: HTTP GET /ticks }
        - allow: [ alice@example.com ]
          route: [ HTTP GET /fail, HTTP POST /copy, HTTP GET /wait, GRPC Odd/*, WS /fail, WS /refuse ]
    """
        .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, caller);
  }
}
