package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.AllClients;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RedisServer;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http1.Await;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenID Connect Back-Channel Logout 1.0. */
@Timeout(120)
final class BackChannelLogoutTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
  private static final String CLIENT = "web-client";
  private static final String INVALID =
      "{\"error\":\"invalid_request\",\"error_description\":\"the logout token is not valid here\"}";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.now());
  private Path file;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    file = Files.createFile(folder.resolve("revocations.jsonl"));
    server = RunningServer.start(yaml(""), clock, new ProbeService(List.of("all")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A logout token with one thing changed. */
  record Row(String name, Function<TestIssuer.Builder, String> change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, UnaryOperator<TestIssuer.Builder> change) {
    return new Row(name, token -> change.apply(token).sign());
  }

  static Stream<Row> refused() {
    var now = Instant.now().getEpochSecond();
    return Stream.of(
        row("neither sub nor sid", it -> it.without("sub").without("sid")),
        row("a number as sid", it -> it.claim("sid", 1)),
        row("an empty sub", it -> it.claim("sub", "")),
        row("a long sub", it -> it.claim("sub", "x".repeat(2_049))),
        row("no events", it -> it.without("events")),
        row("events that are a list", it -> it.claim("events", List.of(EVENT))),
        row("another event", it -> it.claim("events", Map.of("https://x.test/e", Map.of()))),
        row("an event that is a text", it -> it.claim("events", Map.of(EVENT, "yes"))),
        row("a nonce", it -> it.claim("nonce", "n")),
        row("no jti", it -> it.without("jti")),
        row("a number as jti", it -> it.claim("jti", 1)),
        row("a long jti", it -> it.claim("jti", "x".repeat(257))),
        row("no iat", it -> it.without("iat")),
        row("a stale iat", it -> it.claim("iat", now - 331)),
        row("an iat in the future", it -> it.claim("iat", now + 60)),
        row("a text as iat", it -> it.claim("iat", "now")),
        row("expired", it -> it.claim("exp", now - 60)),
        row("a text as exp", it -> it.claim("exp", "soon")),
        row("no aud", it -> it.without("aud")),
        row("the audience of calls", it -> it.claim("aud", TestIssuer.AUDIENCE)),
        row("another issuer", it -> it.claim("iss", "https://other.test")),
        row("no issuer", it -> it.without("iss")),
        row("the type of access tokens", it -> it.header("typ", "at+jwt")),
        row("a type that is a number", it -> it.header("typ", 1)),
        row("a critical extension", it -> it.header("crit", List.of("b64"))),
        row("an unknown key", it -> it.header("kid", "nobody")),
        row("another algorithm", it -> it.header("alg", "PS256").header("kid", "pss-256")),
        row("a name twice", it -> it.claimsText(text -> "{\"sub\":\"x\"," + text.substring(1))),
        new Row("no algorithm", it -> it.header("alg", "none").signature("")),
        new Row("forged", it -> it.signBy(TestIssuer.other())),
        new Row("signed with the public key", it -> it.header("alg", "HS256").signWithPublicKey()),
        new Row("no token", _ -> "a.b.c"),
        new Row("too long", it -> it.claim("x", "y".repeat(33_000)).sign()),
        new Row("encrypted", _ -> "a.b.c.d.e"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void itIsRefused(Row row) throws Exception {
    var answer = post(row.change().apply(logout("1")));
    assertEquals(400, answer.status(), row::name);
    assertEquals(INVALID, answer.body());
    assertTrue(answer.head().contains("application/json"), answer::head);
    assertTrue(
        answer.head().toLowerCase(Locale.ROOT).contains("cache-control: no-store"), answer::head);
    assertEquals("", Files.readString(file));
  }

  @ParameterizedTest(name = "sub {0}, sid {1} for a token with sid {2}")
  @CsvSource({
    "true,  false, s, ACCESS_TOKEN_REVOKED",
    "true,  true,  s, ACCESS_TOKEN_REVOKED",
    "false, true,  s, ACCESS_TOKEN_REVOKED",
    "true,  true,  t, OK",
    "false, true,  t, OK",
    "true,  false, t, ACCESS_TOKEN_REVOKED",
    "true,  true,  ,  ACCESS_TOKEN_REVOKED",
    "false, true,  ,  OK"
  })
  void itEndsWhatItNames(boolean sub, boolean sid, String session, String expected)
      throws Exception {
    try (var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/all", call(session))) {
      var token = logout("1");
      var answer = post((sub ? sid ? token : token.without("sid") : token.without("sub")).sign());
      assertEquals(200, answer.status(), answer::body);
      assertEquals("", answer.body());
      assertTrue(
          answer.head().toLowerCase(Locale.ROOT).contains("cache-control: no-store"), answer::head);
      if (expected.equals("OK")) {
        assertEquals("alice@example.com", socket.ask("x"));
      } else {
        assertEquals("closed 3000 the credential was revoked", socket.next());
      }
      assertEquals(expected, clients.call("all", List.of(HeaderField.bearer(call(session)))));
      assertEquals(1, Files.readAllLines(file).size());
    }
  }

  @Test
  void anotherServerHears() throws Exception {
    try (var other = RunningServer.start(yaml(""), clock, new ProbeService(List.of("all")));
        var socket = TextSocket.open(other.port(), "/ws/all", call("s"))) {
      assertEquals(200, post(logout("1").sign()).status());
      assertEquals("closed 3000 the credential was revoked", socket.next());
    }
  }

  @Test
  void aLoginAfterTheLogoutIsGood() throws Exception {
    assertEquals(200, post(logout("1").without("sid").sign()).status());
    clock.advance(Duration.ofMinutes(2));
    try (var clients = new AllClients(server.port())) {
      assertEquals("OK", clients.call("all", List.of(HeaderField.bearer(call("new")))));
    }
  }

  @Test
  void itCountsOnceHoweverManyArriveAtOnce() throws Exception {
    var token = logout("1").sign();
    Callable<Integer> send = () -> post(token).status();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          threads.invokeAll(IntStream.range(0, 20).mapToObj(_ -> send).toList()).stream()
              .map(Future::resultNow)
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      assertEquals(Map.of(200, 1L, 400, 19L), answers);
    }
    assertEquals(200, post(logout("2").sign()).status());
    assertEquals(400, post(token).status());
  }

  /** Its issuer sends it again, and then it must count. */
  @Test
  void whatCouldNotBeKeptMayBeSentAgain() throws Exception {
    var token = logout("1").sign();
    Files.delete(file);
    Files.createDirectory(file);
    var answer = post(token);
    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("\"error\":\"server_error\""), answer::body);
    Files.delete(file);
    assertEquals(200, post(token).status());
    assertEquals(1, Files.readAllLines(file).size());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no content          | application/x-www-form-urlencoded |",
        "another parameter   | application/x-www-form-urlencoded | token=TOKEN",
        "two of them         | application/x-www-form-urlencoded | logout_token=TOKEN&logout_token=TOKEN",
        "another type        | application/json                  | logout_token=TOKEN",
        "no escape           | application/x-www-form-urlencoded | logout_token=%zz",
        "an endless form     | application/x-www-form-urlencoded | logout_token=TOKEN&LONG"
      })
  void isNoForm(String name, String type, String form) throws Exception {
    var content =
        (form == null ? "" : form)
            .replace("TOKEN", logout("1").sign())
            .replace("LONG", "x".repeat(70_000));
    var answer = post(type, content);
    assertEquals(400, answer.status(), name);
    assertTrue(answer.body().contains("\"error\":\"invalid_request\""), answer::body);
  }

  @Test
  void otherParametersAreIgnored() throws Exception {
    var answer =
        post(
            "application/x-www-form-urlencoded; charset=UTF-8",
            "state=x&logout_token=" + logout("1").sign());
    assertEquals(200, answer.status(), answer::body);
  }

  /** Not even one that is meant for this server and has all that a call needs. */
  @ParameterizedTest
  @CsvSource({"JWT", "at+jwt", "logout+jwt", "''"})
  void noTokenWithEventsIdentifiesACaller(String type) throws Exception {
    var token = ISSUER.token().claim("sid", "s").claim("events", Map.of(EVENT, Map.of()));
    var typed = type.isEmpty() ? token.without("typ") : token.header("typ", type);
    try (var clients = new AllClients(server.port())) {
      for (var events : List.of(Map.of(EVENT, Map.of()), List.of(), "x", true)) {
        assertEquals(
            "ACCESS_TOKEN_INVALID",
            clients.call("all", List.of(HeaderField.bearer(typed.claim("events", events).sign()))));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no file        | shared:            | needs shared.revocations, where ended sessions are kept",
        "no rule        | - { allow: [ anyone ], route: HTTP POST /back-channel-logout } | needs a rule by which",
        "no issuer      | , logout-audiences: [ web-client ] | must have one with logout-audiences",
      })
  void whatCannotWorkStopsTheStart(String name, String without, String said) {
    var yaml =
        without.equals("shared:")
            ? yaml("").replaceFirst("shared:.*\n", "")
            : yaml("").replace(without, "");
    var wrong = assertThrows(InvalidConfiguration.class, () -> RunningServer.start(yaml).close());
    assertTrue(wrong.problems().toString().contains(said), wrong.problems()::toString);
  }

  @Test
  void onServersThatShareARedisItCountsOnceOnOneOfThem() throws Exception {
    try (var redis = RedisServer.start(folder);
        var one = sharing(redis);
        var two = sharing(redis)) {
      var token = logout("1").sign();
      Await.until("it reaches Redis", () -> status(one, token) == 200);
      assertEquals(400, status(one, token));
      assertEquals(400, status(two, token));
      assertEquals(200, status(two, logout("2").sign()));
      redis.kill();
      var later = logout("3").sign();
      assertEquals(400, status(one, later));
      redis.restart();
      Await.until("it counts when Redis is back", () -> status(two, later) == 200);
      assertEquals(400, status(one, later));
    }
  }

  private RunningServer sharing(RedisServer redis) {
    var shared = "shared: { redis: \"" + redis.url() + "\" }\n";
    return RunningServer.start(
        yaml("").replaceFirst("shared:.*\n", shared), clock, new ProbeService(List.of("all")));
  }

  private static int status(RunningServer at, String token) {
    try {
      return post(at.port(), token).status();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aForwardOfEverythingLeavesTheRouteHere() throws Exception {
    var forward =
        """
        upstreams: { web: { url: "http://127.0.0.1:9" } }
        forward: [ { route: HTTP * /**, to: web } ]
        """;
    var yaml = yaml("").replace("[ HTTP GET /all,", "[ HTTP * /**,") + forward;
    try (var front = RunningServer.start(yaml, clock, new ProbeService(List.of("all")))) {
      assertEquals(200, post(front.port(), logout("1").sign()).status());
      assertEquals(1, Files.readAllLines(file).size());
    }
  }

  @Test
  void theRuleMustBeForAnyone() {
    var yaml =
        yaml("")
            .replace(
                "- { allow: [ anyone ], route: HTTP POST",
                "- { allow: [ authenticated ], route: HTTP POST");
    var wrong =
        assertThrows(
            InvalidConfiguration.class,
            () -> RunningServer.start(yaml, new ProbeService(List.of("all"))).close());
    assertTrue(wrong.problems().toString().contains("needs a rule"), wrong.problems()::toString);
  }

  @Test
  void guessingIsBounded() throws Exception {
    try (var bounded =
        RunningServer.start(
            yaml("server: { per-address: { failed-tokens-per-minute: 2 } }"),
            clock,
            new ProbeService(List.of("all")))) {
      for (int i = 0; i < 3; i++) {
        var forged = logout("f" + i).signBy(TestIssuer.other());
        assertEquals(400, post(bounded.port(), forged).status());
      }
      // Also one that is good, until the minute is over.
      assertEquals(400, post(bounded.port(), logout("1").sign()).status());
    }
  }

  private TestIssuer.Builder logout(String id) {
    var now = clock.instant().getEpochSecond();
    return ISSUER
        .token()
        .without("email")
        .without("email_verified")
        .header("typ", "logout+jwt")
        .claim("aud", CLIENT)
        .claim("iat", now)
        .claim("exp", now + 120)
        .claim("sid", "s")
        .claim("jti", id)
        .claim("events", Map.of(EVENT, Map.of()));
  }

  private String call(String session) {
    var now = clock.instant().getEpochSecond();
    var token = ISSUER.token().claim("iat", now - 5).claim("exp", now + 600);
    return (session == null ? token : token.claim("sid", session)).sign();
  }

  private RawHttp.Answer post(String token) throws IOException {
    return post(server.port(), token);
  }

  private static RawHttp.Answer post(int port, String token) throws IOException {
    return post(
        port,
        "application/x-www-form-urlencoded",
        "logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
  }

  private RawHttp.Answer post(String type, String form) throws IOException {
    return post(server.port(), type, form);
  }

  private static RawHttp.Answer post(int port, String type, String form) throws IOException {
    return RawHttp.send(
        port,
        "POST /back-channel-logout HTTP/1.1\r\nHost: x\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + form.length()
            + "\r\nConnection: close\r\n\r\n"
            + form);
  }

  private String yaml(String more) {
    return """
    shared: { revocations: { file: "%s" } }
    %s
    identity:
      issuers:
        test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email, logout-audiences: [ web-client ] }
    policy:
      rules:
        - { allow: [ authenticated ], route: %s }
        - { allow: [ anyone ], route: HTTP POST /back-channel-logout }
    """
        .formatted(
            file,
            more,
            ISSUER.id(),
            ISSUER.jwks(),
            TestIssuer.AUDIENCE,
            ProbeService.routes("all"));
  }
}
