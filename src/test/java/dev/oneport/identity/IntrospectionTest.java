package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.testing.AllClients;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.time.Clocks;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opaque tokens, about which the issuer is asked (RFC 7662). */
final class IntrospectionTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final List<HeaderField> TOKEN = List.of(HeaderField.bearer("opaque-1"));
  private static final String INACTIVE = "{\"active\":false}";
  private static final String INVALID = "ACCESS_TOKEN_INVALID";
  private static final String UNAVAILABLE = "KEYS_UNAVAILABLE";

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-29T12:00:00Z"));
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final JwksServer endpoint = JwksServer.start(answering(active("")));

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private String active(String more) {
    return """
    {"active":true,"sub":"svc-1","aud":"me","exp":%d,"iat":%d,"scope":"read write"%s}\
    """
        .formatted(
            clock.instant().plusSeconds(600).getEpochSecond(),
            clock.instant().getEpochSecond(),
            more);
  }

  private JwksServer.Behaviour answering(String body) {
    return exchange -> {
      asked.add(
          exchange.getRequestHeaders().getFirst("Authorization")
              + " "
              + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      JwksServer.text(body, "").answer(exchange);
    };
  }

  private String yaml() {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
        opaque:
          kind: introspection
          endpoint: "%s"
          client-id: "one:port"
          client-secret: s%%3A
          audiences: [ me ]
          caller-prefix: "o:"
          roles-claim: scope
          roles-prefix: ""
    policy:
      roles: { read: [] }
      rules:
        - { allow: [ read ], route: %s }
        - { allow: [ alice@example.com ], route: %s }
    """
        .formatted(
            ISSUER.id(),
            ISSUER.jwksFile(),
            TestIssuer.AUDIENCE,
            endpoint.url("/introspect"),
            ProbeService.routes("read"),
            ProbeService.routes("alice"));
  }

  private RunningServer server() {
    return RunningServer.start(yaml(), clock, new ProbeService(List.of("read", "alice")));
  }

  @Test
  void anAnswerCountsForAMinuteOnAllProtocols() throws Exception {
    try (var server = server();
        var clients = new AllClients(server.port())) {
      assertEquals("OK", clients.call("read", TOKEN));
      assertEquals("CALLER_NOT_ALLOWED", clients.call("alice", TOKEN));
      assertEquals(1, endpoint.requests());
      var basic =
          Base64.getEncoder()
              .encodeToString("one%3Aport:s%253A".getBytes(StandardCharsets.US_ASCII));
      assertEquals(
          List.of("Basic " + basic + " token=opaque-1&token_type_hint=access_token"),
          List.copyOf(asked));
      endpoint.now(answering(INACTIVE));
      clock.advance(Duration.ofSeconds(59));
      assertEquals("OK", clients.call("read", TOKEN));
      clock.advance(Duration.ofSeconds(2));
      assertEquals(INVALID, clients.call("read", TOKEN));
      assertEquals(2, endpoint.requests(), "an answer that it is inactive counts, too");
      clock.advance(Duration.ofSeconds(61));
      assertEquals(INVALID, clients.call("read", TOKEN));
      assertEquals(3, endpoint.requests());
    }
  }

  @Test
  void aTokenIsRevokedByWhatItsIssuerSaysOfIt(@TempDir Path folder) throws Exception {
    var file = Files.createFile(folder.resolve("revocations.jsonl"));
    endpoint.now(answering(active(",\"jti\":\"j\",\"sid\":\"s\"")));
    var shared = "shared: { revocations: { file: \"" + file + "\" } }\n";
    try (var server =
            RunningServer.start(
                shared + yaml(), clock, new ProbeService(List.of("read", "alice")));
        var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/read", TOKEN.getFirst())) {
      assertEquals("OK", clients.call("read", TOKEN));
      Files.writeString(
          file,
          "{\"issuer\":\"opaque\",\"session\":\"s\",\"before\":\"" + clock.instant() + "\"}\n");
      assertEquals("closed 3000 the credential was revoked", socket.next());
      assertEquals("ACCESS_TOKEN_REVOKED", clients.call("read", TOKEN));
    }
  }

  @Test
  void anAnswerWithEventsIdentifiesNoCaller() throws Exception {
    endpoint.now(answering(active(",\"events\":{}")));
    try (var server = server();
        var clients = new AllClients(server.port())) {
      assertEquals(INVALID, clients.call("read", TOKEN));
    }
  }

  @Test
  void tokensOfOtherIssuersAreNotAskedAbout() throws Exception {
    try (var server = server();
        var clients = new AllClients(server.port())) {
      var now = clock.instant().getEpochSecond();
      var token = ISSUER.token().claim("iat", now).claim("exp", now + 300);
      assertEquals("OK", clients.call("alice", List.of(HeaderField.bearer(token.sign()))));
      var bad = ISSUER.token().claim("iat", now).claim("exp", now + 300).claim("aud", "x").sign();
      assertEquals(INVALID, clients.call("alice", List.of(HeaderField.bearer(bad))));
      assertEquals(INVALID, clients.call("alice", List.of(HeaderField.bearer("not a token"))));
      assertEquals(0, endpoint.requests());
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "an answer for another audience | ,\"aud\":\"x\" | ACCESS_TOKEN_INVALID",
        "no caller | ,\"sub\":null | ACCESS_TOKEN_INVALID",
        "expired | ,\"exp\":1 | ACCESS_TOKEN_EXPIRED",
        "expiry is a text | ,\"exp\":\"soon\" | ACCESS_TOKEN_INVALID",
        "not yet valid | ,\"nbf\":99999999999 | ACCESS_TOKEN_INVALID",
        "active is a text | ,\"active\":\"true\" | KEYS_UNAVAILABLE"
      })
  void anAnswerIsJudged(String name, String change, String reason) throws Exception {
    var key = change.substring(1, change.indexOf(':'));
    var without = active("").replaceFirst(key + ":[^,}]*,?", "");
    endpoint.now(answering(without.replaceFirst("}$", change + "}").replace("{,", "{")));
    try (var server = server();
        var clients = new AllClients(server.port())) {
      assertEquals(reason, clients.call("read", TOKEN), name);
    }
  }

  @Test
  void anEndpointThatFailsOrLiesDenies() throws Exception {
    try (var server = server();
        var clients = new AllClients(server.port())) {
      for (var behaviour :
          List.of(
              JwksServer.status(500),
              JwksServer.status(401),
              JwksServer.status(302),
              answering("no JSON"),
              answering("{}"),
              answering("{\"active\":true"),
              answering("{\"active\":".repeat(10_000)))) {
        endpoint.now(behaviour);
        assertEquals(UNAVAILABLE, clients.call("read", TOKEN));
        clock.advance(Duration.ofSeconds(2));
      }
      endpoint.now(answering(active("")));
      assertEquals("OK", clients.call("read", TOKEN));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "two callers|\"sub\":[\"a\",\"b\"],\"aud\":\"me\"|oidc: its claim sub, which names the caller, is not a string",
        "an audience in a list in a list|\"sub\":\"a\",\"aud\":[[\"me\"]]|oidc: its claim aud, which names the audience, is neither a string nor a list of strings",
        "no audience|\"sub\":\"a\"|oidc: it has no audience",
        "for ever|\"sub\":\"a\",\"aud\":\"me\",\"exp\":253402300799|oidc: its lifetime is longer than allowed",
        "beyond all times|\"sub\":\"a\",\"aud\":\"me\",\"exp\":1e400|oidc: its claim exp is not a time",
        "no time|\"sub\":\"a\",\"aud\":\"me\",\"exp\":null|oidc: its claim exp is not a time",
        "not yet|\"sub\":\"a\",\"aud\":\"me\",\"nbf\":99999999999|oidc: it is not valid yet",
        "active twice|\"active\":false|oidc: the issuer cannot be asked now",
      })
  void theDetailNamesTheOneCause(String name, String claims, String said) throws Exception {
    endpoint.now(answering("{\"active\":true," + claims + "}"));
    var check = check(Duration.ofSeconds(10));
    var rejected = assertInstanceOf(Rejected.class, check.check("opaque"), name);
    assertEquals(said, rejected.detail().replaceFirst("^\\w+: ", "oidc: "));
  }

  /** Clients choose the tokens, and with them some of the endpoint's answers. */
  @Test
  void anAnswerAboutOneTokenIsNoOutage() throws Exception {
    var check = check(Duration.ofSeconds(10));
    for (var behaviour : List.of(JwksServer.status(400), answering("{}"), answering("no JSON"))) {
      endpoint.now(behaviour);
      assertInstanceOf(Rejected.class, check.check("opaque"));
      endpoint.now(answering(INACTIVE));
      var rejected = assertInstanceOf(Rejected.class, check.check("other" + endpoint.requests()));
      assertEquals(TokenProblem.INVALID, rejected.problem());
    }
  }

  private IntrospectionCheck check(Duration timeout) {
    var configuration = Configuration.parse("test.yaml", yaml(), Map.of(), false);
    var identity = Identity.read(configuration.root().section("identity"));
    return new IntrospectionCheck(
        identity.issuers(IntrospectionIssuer.class).getFirst(),
        new KeyClient(Optional.empty(), InetAddress::getAllByName, timeout),
        Clocks.system());
  }

  @Test
  void anEndpointThatHangsDeniesInTime() throws Exception {
    endpoint.now(_ -> Thread.sleep(Duration.ofSeconds(30)));
    var check = check(Duration.ofMillis(200));
    var rejected = assertInstanceOf(Rejected.class, check.check("opaque"));
    assertEquals(TokenProblem.KEYS_UNAVAILABLE, rejected.problem());
    // It is not asked again at once.
    assertInstanceOf(Rejected.class, check.check("opaque"));
    assertEquals(1, endpoint.requests());
  }

  @Test
  void anOpenSocketEndsOnceItsTokenIsInactive() throws Exception {
    try (var server = server();
        var socket = TextSocket.open(server.port(), "/ws/read", "opaque-1")) {
      assertEquals("o:svc-1", socket.ask("x"));
      clock.advance(Duration.ofSeconds(61));
      assertEquals("o:svc-1", socket.ask("x"));
      endpoint.now(answering(INACTIVE));
      clock.advance(Duration.ofSeconds(61));
      assertEquals("closed 3000 the token is not valid here", socket.next());
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint: \"http://idp.example/i\", client-secret: x | endpoint: would get tokens"
            + " unencrypted",
        "endpoint: idp, client-secret: x | endpoint: must be a URL",
        "client-secret: x | endpoint: is required",
        "endpoint: \"https://idp.example/i\" | client-secret-file: is needed",
        "endpoint: \"https://idp.example/i\", client-secret-file: /no/such/file |"
            + " client-secret-file: there is no file",
        "endpoint: \"https://idp.example/i\", client-secret: \"x\\n\" | client-secret: begins or ends"
            + " with a blank, a line break or quotes: leave them out",
        "endpoint: \"https://idp.example/i\", client-secret: '\"x\"' | client-secret: begins or ends",
        "endpoint: \"https://idp.example/i\", client-secret: \"x\\u200by\" | client-secret: has the"
            + " invisible character U+200B at position 2",
        "endpoint: \"https://idp.example/i\", client-secret: x, jwks: /x | jwks: unknown key",
        "endpoint: \"https://idp.example/i\", client-secret: x, algorithms: [ RS256 ] | algorithms:"
            + " means nothing",
      })
  void whatCannotWorkStopsTheStart(String keys, String said) {
    var yaml =
        "issuers: { x: { kind: introspection, client-id: me, audiences: [ me ], %s } }"
            .formatted(keys);
    var problems = problems(yaml);
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().contains("issuers.x." + said), problems::toString);
  }

  @Test
  void onlyOneIssuerIsAskedAboutTheTokensOfAHeader() {
    var issuer =
        "{ kind: introspection, client-id: me, client-secret: x, audiences: [ me ], endpoint:"
            + " \"https://idp.example/i\", caller-prefix: \"%s\" }";
    assertEquals(
        List.of(
            "test.yaml:1: issuers.b: is asked about the opaque tokens of the same header as a: set"
                + " header"),
        problems(
            "issuers: { a: %s, b: %s }".formatted(issuer.formatted("a:"), issuer.formatted("b:"))));
  }

  private static List<String> problems(String yaml) {
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    try {
      var _ = Identity.read(configuration.root());
      configuration.check();
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
