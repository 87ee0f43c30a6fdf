package dev.oneport.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of a caller's audit lines: its contents, and when it ends. */
@Timeout(60)
final class CallStreamTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final String OTHER = "00-11111111111111111111111111111111-b7ad6b7169203331-01";

  private final ManualClock clock = new ManualClock(Instant.now());
  private final HttpClient http = TestTls.http().build();
  private @Nullable RunningServer server;

  @AfterEach
  void stop() {
    http.shutdownNow();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aCallerSeesOnlyTheirOwnLines() throws Exception {
    start("anyone");
    try (var alice = stream("Authorization", "Bearer " + token("alice@example.com"));
        var bob = stream("Authorization", "Bearer " + token("bob@example.com"))) {
      assertEquals(403, echo(token("bob@example.com"), OTHER));
      assertEquals(200, echo(token("alice@example.com"), OTHER));
      var hers = next(alice);
      assertTrue(hers.contains("\"caller\":\"alice@example.com\""), hers);
      assertTrue(hers.contains("\"decision\":\"allowed\""), hers);
      var his = next(bob);
      assertTrue(his.contains("\"caller\":\"bob@example.com\""), his);
      assertTrue(his.contains("\"reason\":\"CALLER_NOT_ALLOWED\""), his);
    }
  }

  @Test
  void operatorOnlyFieldsAreLeftOut() throws Exception {
    start("anyone");
    try (var bob = stream("Authorization", "Bearer " + token("bob@example.com"))) {
      assertEquals(403, echo(token("bob@example.com"), OTHER));
      var line = next(bob);
      assertTrue(line.startsWith("{\"severity\":\"WARNING\",\"time\":"), line);
      for (var name : List.of("detail", "remoteIp", "userAgent", "test-project")) {
        assertFalse(line.contains(name), line);
      }
    }
  }

  @Test
  void withoutATokenCallsAreKnownByTheirTrace() throws Exception {
    start("anyone");
    try (var nobody = stream("traceparent", TRACE)) {
      assertEquals(401, echo("", OTHER));
      assertEquals(401, echo("", TRACE));
      var line = next(nobody);
      assertTrue(line.contains("0af7651916cd43dd8448eb211c80319c"), line);
      assertTrue(line.contains("\"reason\":\"CREDENTIALS_MISSING\""), line);
    }
  }

  @Test
  void withoutTokenAndTraceOrWithABadTokenItIsRefused() throws Exception {
    start("anyone");
    assertEquals(401, open().statusCode());
    var bad = open("Authorization", "Bearer nonsense", "traceparent", TRACE);
    assertEquals(401, bad.statusCode());
    var challenge = bad.headers().firstValue("www-authenticate").orElse("");
    assertTrue(challenge.contains("invalid_token"), challenge);
  }

  @Test
  void itEndsWithTheTokenIfAnyoneMayOpenIt() throws Exception {
    start("anyone");
    try (var alice = stream("Authorization", "Bearer " + token("alice@example.com"))) {
      clock.advance(Duration.ofSeconds(61));
      assertEquals("{\"end\":\"ACCESS_TOKEN_EXPIRED\"}", next(alice));
      assertEquals(null, alice.readLine());
    }
  }

  @Test
  void itEndsWithTheTokenIfARuleRequiresOne() throws Exception {
    start("authenticated");
    try (var alice = stream("Authorization", "Bearer " + token("alice@example.com"))) {
      clock.advance(Duration.ofSeconds(61));
      // The lease cuts the stream off, unless the stream has announced its end before.
      var end = end(alice);
      assertTrue(List.of("cut off", "{\"end\":\"ACCESS_TOKEN_EXPIRED\"}").contains(end), () -> end);
    }
  }

  @Test
  void itEndsWhenAReloadNoLongerAllowsIt() throws Exception {
    var running = start("authenticated");
    try (var alice = stream("Authorization", "Bearer " + token("alice@example.com"))) {
      assertTrue(running.reload(yaml("bob@example.com")));
      assertEquals("cut off", end(alice));
    }
  }

  @Test
  void itEndsAtOnceWhenTheServerStops() throws Exception {
    var running = start("anyone");
    try (var alice = stream("Authorization", "Bearer " + token("alice@example.com"))) {
      var closing = Thread.startVirtualThread(running::close);
      assertEquals("{\"end\":\"DRAINING\"}", next(alice));
      assertEquals(null, alice.readLine());
      closing.join();
    }
    server = null;
  }

  @Test
  void oneReaderTooManyIsToldToWait() throws Exception {
    start("anyone");
    var readers = new ArrayList<BufferedReader>();
    for (int i = 0; i < 2; i++) {
      readers.add(stream("traceparent", TRACE));
    }
    var refused = open("traceparent", TRACE);
    assertEquals(429, refused.statusCode());
    assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
    readers.removeFirst().close();
    // The server notices at its next write.
    while (open("traceparent", TRACE).statusCode() != 200) {
      Thread.onSpinWait();
    }
  }

  private RunningServer start(String who) {
    var started = RunningServer.start(yaml(who), clock, new EchoService());
    server = started;
    return started;
  }

  private String token(String caller) {
    var now = clock.instant().getEpochSecond();
    return ISSUER.token().claim("email", caller).claim("iat", now).claim("exp", now + 60).sign();
  }

  private int echo(String token, String trace) throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/Echo/Ping"))
            .header("Content-Type", "application/json")
            .header("traceparent", trace)
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private HttpResponse<InputStream> open(String... headers) throws Exception {
    var request = HttpRequest.newBuilder(uri("/page/calls"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  /** An open stream. */
  private BufferedReader stream(String... headers) throws Exception {
    var answer = open(headers);
    assertEquals(200, answer.statusCode());
    assertEquals("application/x-ndjson", answer.headers().firstValue("content-type").orElse(""));
    var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    assertEquals("", lines.readLine());
    return lines;
  }

  /** The next non-empty line. */
  private static String next(BufferedReader lines) throws IOException {
    var line = lines.readLine();
    while (line != null && line.isEmpty()) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  /** The last non-empty line, or a note that the stream was cut off. */
  private static String end(BufferedReader lines) {
    var last = "";
    try {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line.isEmpty() ? last : line;
      }
      return last;
    } catch (IOException e) {
      return "cut off";
    }
  }

  private URI uri(String path) {
    return TestTls.uri("http", (server == null ? 0 : server.port()), path);
  }

  private static String yaml(String who) {
    return """
        server: { page: { enabled: true, max-readers: 2 } }
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, clock-skew: 0s }
        policy:
          rules:
            - { allow: [ anyone ], route: [ HTTP GET /ping, HTTP GET /, "HTTP GET /page/{file}", HTTP GET /page/me ] }
            - { allow: [ alice@example.com ], route: [ GRPC Echo/*, WS /ws ] }
            - { allow: [ %s ], route: HTTP GET /page/calls }
        """
        .formatted(ISSUER.id(), JWKS, TestIssuer.AUDIENCE, who);
  }
}
