package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Reason;
import dev.oneport.api.Service;
import dev.oneport.identity.ApiKey;
import dev.oneport.testing.Client;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.DescribedProbes;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.GrpcWebProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.WebSocketProbe;
import dev.oneport.time.Clocks;
import dev.oneport.transport.http2.Await;
import jakarta.json.JsonValue;
import java.net.http.HttpClient.Version;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a request brings, and whichever rule it meets, all protocols say the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SameDecisionTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final TestIssuer OTHER = TestIssuer.other();
  private static final TestIssuer STRANGER = TestIssuer.other();
  private static final String API_KEY = ApiKey.random();
  private static final String DOWN = "https://down.test";
  private static final String UNAVAILABLE = "KEYS_UNAVAILABLE";
  private static final String EXPIRED = "ACCESS_TOKEN_EXPIRED";
  private static final String INVALID = "ACCESS_TOKEN_INVALID";
  private static final String MISSING = "CREDENTIALS_MISSING";
  private static final String NOT_ALLOWED = "CALLER_NOT_ALLOWED";

  private static final String LIMIT = "LIMIT_EXCEEDED";

  /** Clients behind a proxy, which is this machine: one each for a limit that is used up. */
  private static final HeaderField CALLED = new HeaderField("x-forwarded-for", "198.51.100.1");

  private static final HeaderField GUESSED = new HeaderField("x-forwarded-for", "2001:db8:1:2::1");

  private static final List<String> NAMES =
      List.of(
          "anyone",
          "authenticated",
          "listed",
          "readers",
          "alice",
          "bob",
          "denied",
          "pattern",
          "mapped",
          "tenant",
          "elsewhere",
          "others",
          "near",
          "far",
          "unwanted",
          "bySecond",
          "byTest",
          "byEither",
          "senior");

  private static final Service[] PROBES = {new ProbeService(NAMES), new DescribedProbes(NAMES)};

  private static final String YAML =
      """
      server:
        trusted-proxies: [ 127.0.0.1 ]
        per-address: { calls-per-second: 30, failed-tokens-per-minute: 1 }
      identity:
        issuers:
          test:
            issuer: %s
            jwks: '%s'
            audiences: [ "%s", "https://second.test" ]
            caller-claim: email
            caller-prefix: ""
            roles-claim: groups
            claims: [ tenant_id ]
            algorithms: [ RS256, RS384, ES256, ES384, ES512 ]
          second:
            issuer: %s
            jwks: %s
            audiences: [ "%s" ]
            caller-prefix: "second:"
            header: X-Second-Token
          machines: { kind: api-keys, keys: [ "%s" ], caller-prefix: "key:" }
          down: { issuer: "%s", jwks: "http://127.0.0.1:1/keys", audiences: [ "%s" ], caller-prefix: "down:" }
      policy:
        roles:
          listed: [ alice@example.com, second:1234567890 ]
          readers: []
          engineers: { groups: [ "Domain Admins", team/ops ], callers: [ "second:*" ] }
          seniors: { callers: [ "*@example.com" ], when: "claims.tenant_id == 'acme'" }
        rules:
          - { allow: [ anyone ], route: %s }
          - { allow: [ authenticated ], route: %s }
          - { allow: [ listed ], route: %s }
          - { allow: [ readers ], route: %s }
          - { allow: [ alice@example.com ], route: %s }
          - { allow: [ bob@example.com ], route: %s }
          - { allow: [ authenticated ], route: %s }
          - { deny: [ listed, readers ], route: %s }
          - { allow: [ "*@example.com" ], route: %s }
          - { allow: [ engineers ], route: %s }
          - allow: [ authenticated ]
            when: "claims.tenant_id == 'acme' && cidr('127.0.0.0/8').containsIP(request.ip)"
            route: %s
          - { allow: [ authenticated ], when: "!cidr('127.0.0.0/8').containsIP(request.ip)", route: %s }
          - { allow: [ authenticated ], route: %s }
          - { deny: [ authenticated ], when: "claims.tenant_id == 'acme'", route: %s }
          - { allow: [ anyone ], when: "cidr('127.0.0.0/8').containsIP(request.ip)", route: %s }
          - { allow: [ anyone ], when: "request.ip == '192.0.2.1'", route: %s }
          - { allow: [ anyone ], route: %s }
          - { deny: [ anyone ], when: "request.route.contains('unwanted')", route: %s }
          - { allow: [ authenticated ], credential: second, route: %s }
          - { allow: [ authenticated ], credential: test, route: %s }
          - { allow: [ authenticated ], credential: [ test, machines ], route: %s }
          - { allow: [ seniors ], route: %s }
      """
          .formatted(
              ISSUER.id(),
              ISSUER.jwks(),
              TestIssuer.AUDIENCE,
              OTHER.id(),
              OTHER.jwksFile(),
              TestIssuer.AUDIENCE,
              ApiKey.of(API_KEY, "billing", List.of("role=readers")).line(),
              DOWN,
              TestIssuer.AUDIENCE,
              DescribedProbes.routes("anyone"),
              DescribedProbes.routes("authenticated"),
              DescribedProbes.routes("listed"),
              DescribedProbes.routes("readers"),
              DescribedProbes.routes("alice"),
              DescribedProbes.routes("bob"),
              DescribedProbes.routes("denied"),
              DescribedProbes.routes("denied"),
              DescribedProbes.routes("pattern"),
              DescribedProbes.routes("mapped"),
              DescribedProbes.routes("tenant"),
              DescribedProbes.routes("elsewhere"),
              DescribedProbes.routes("others"),
              DescribedProbes.routes("others"),
              DescribedProbes.routes("near"),
              DescribedProbes.routes("far"),
              DescribedProbes.routes("unwanted"),
              DescribedProbes.routes("unwanted"),
              DescribedProbes.routes("bySecond"),
              DescribedProbes.routes("byTest"),
              DescribedProbes.routes("byEither"),
              DescribedProbes.routes("senior"));

  private final Map<String, Client> clients = new LinkedHashMap<>();

  /** No time passes, neither for tokens nor for limits. */
  private final Instant start = Instant.now();

  private final Clocks clocks =
      new Clocks(Clock.fixed(start, ZoneOffset.UTC), InstantSource.fixed(start));

  private final RunningServer server = RunningServer.start(YAML, clocks, PROBES);
  private final RunningServer secure = RunningServer.startTls(YAML, clocks, PROBES);
  private final RunningServer gateway = RunningServer.startForwarded(YAML, clocks, PROBES);

  /** A request and what is to come of it. */
  record Row(String name, String rule, List<HeaderField> headers, String reason) {
    @Override
    public String toString() {
      return name + ", rule " + rule + " -> " + reason;
    }
  }

  @BeforeAll
  void connect() throws Exception {
    connect("", server.port());
    connect(" over TLS", secure.port());
    connect(", forwarded", gateway.port());
    awaitSchema();
  }

  /** The gateway asks for it in the background. */
  private void awaitSchema() throws Exception {
    try (var json = ConnectProbe.json(gateway.port(), Version.HTTP_1_1)) {
      Await.until("the schema is known", () -> answers(json));
    }
  }

  private static boolean answers(Client client) {
    try {
      return client.call("anyone", List.of()).reason().equals(Reply.OK);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void connect(String over, int port) throws Exception {
    var first = new HttpProbe(port, Version.HTTP_1_1);
    for (int i = 0; i < 30; i++) {
      assertEquals(Reply.OK, first.call("anyone", List.of(CALLED)).reason());
    }
    var token = HeaderField.bearer("a.b.c");
    assertEquals(INVALID, first.call("alice", List.of(token, GUESSED)).reason());
    clients.put("HTTP/1.1" + over, first);
    clients.put("HTTP/2" + over, new HttpProbe(port, Version.HTTP_2));
    clients.put("gRPC unary" + over, new GrpcProbe(port, false));
    clients.put("gRPC stream" + over, new GrpcProbe(port, true));
    clients.put("gRPC-Web" + over, new GrpcWebProbe(port, Version.HTTP_1_1));
    clients.put("gRPC-Web on HTTP/2" + over, new GrpcWebProbe(port, Version.HTTP_2));
    clients.put("Connect" + over, new ConnectProbe(port, Version.HTTP_1_1));
    clients.put("Connect on HTTP/2" + over, new ConnectProbe(port, Version.HTTP_2));
    clients.put("Connect in JSON" + over, ConnectProbe.json(port, Version.HTTP_1_1));
    clients.put("Connect in JSON on HTTP/2" + over, ConnectProbe.json(port, Version.HTTP_2));
    clients.put("WebSocket" + over, new WebSocketProbe(port));
  }

  @AfterAll
  void disconnect() {
    clients.values().forEach(Client::close);
    server.close();
    secure.close();
    gateway.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void allProtocolsSayTheSame(Row row) throws Exception {
    var said = new LinkedHashMap<String, String>();
    var expected = new LinkedHashMap<String, String>();
    for (var client : clients.entrySet()) {
      var reply = client.getValue().call(row.rule(), row.headers());
      said.put(client.getKey(), reply.reason() + " " + reply.status() + " " + reply.challenge());
      expected.put(client.getKey(), expected(client.getKey(), row.reason()));
    }
    assertEquals(expected, said);
  }

  Stream<Row> rows() {
    long now = start.getEpochSecond();
    return Stream.of(
        none(),
        bad("not a JWT", "certainly-not", INVALID),
        bad("three parts of nothing", "a.b.c", INVALID),
        new Row(
            "no token behind the scheme",
            "alice",
            List.of(new HeaderField("authorization", "Bearer")),
            INVALID),
        changed("expired", token -> token.claim("exp", now - 60), EXPIRED),
        changed("expired within the skew", token -> token.claim("exp", now - 15), Reply.OK),
        changed("not yet valid", token -> token.claim("nbf", now + 300), INVALID),
        changed("not yet valid within the skew", token -> token.claim("nbf", now + 15), Reply.OK),
        changed("issued in the future", token -> token.claim("iat", now + 300), INVALID),
        changed("without expiry", token -> token.without("exp"), INVALID),
        changed("expiry is a text", token -> token.claim("exp", "tomorrow"), INVALID),
        changed("expiry beyond all dates", token -> token.claim("exp", Long.MAX_VALUE), INVALID),
        changed("wrong issuer", token -> token.claim("iss", "https://evil.test"), INVALID),
        changed("no issuer", token -> token.without("iss"), INVALID),
        bad("another issuer's key", ISSUER.token().signBy(STRANGER), INVALID),
        changed("another issuer's name", token -> token.claim("iss", OTHER.id()), INVALID),
        changed("wrong audience", token -> token.claim("aud", "https://elsewhere.test"), INVALID),
        changed("no audience", token -> token.without("aud"), INVALID),
        changed(
            "audience among others",
            token -> token.claim("aud", List.of("https://x.test", TestIssuer.AUDIENCE)),
            Reply.OK),
        changed(
            "the second audience", token -> token.claim("aud", "https://second.test"), Reply.OK),
        changed("unknown key", token -> token.header("kid", "unknown"), INVALID),
        changed("no key, where only one fits", token -> token.without("kid"), Reply.OK),
        changed("key id is a path", token -> token.header("kid", "../../etc/passwd"), INVALID),
        bad("alg none", ISSUER.token().header("alg", "none").signature(""), INVALID),
        bad("alg None", ISSUER.token().header("alg", "None").signature(""), INVALID),
        bad(
            "alg NONE with a signature",
            ISSUER.token().header("alg", "NONE").signature("AAAA"),
            INVALID),
        bad("no alg", ISSUER.token().without("alg").sign(), INVALID),
        bad(
            "HS256 with the public key",
            ISSUER.token().header("alg", "HS256").signWithPublicKey(),
            INVALID),
        changed(
            "an algorithm that is not allowed",
            token -> token.header("alg", "RS512").header("kid", "rsa-512"),
            INVALID),
        changed(
            "an algorithm that is not the key's", token -> token.header("alg", "RS384"), INVALID),
        changed("RS384", token -> token.header("alg", "RS384").header("kid", "rsa-384"), Reply.OK),
        changed("ES256", token -> token.header("alg", "ES256").header("kid", "ec-256"), Reply.OK),
        changed("ES384", token -> token.header("alg", "ES384").header("kid", "ec-384"), Reply.OK),
        changed("ES512", token -> token.header("alg", "ES512").header("kid", "ec-512"), Reply.OK),
        bad(
            "crit unknown",
            ISSUER.token().header("crit", List.of("exp2")).header("exp2", 1).sign(),
            INVALID),
        bad(
            "embedded key",
            OTHER.token().claim("iss", ISSUER.id()).header("jwk", OTHER.publicJwk()).sign(),
            INVALID),
        bad(
            "key by URL",
            OTHER.token().claim("iss", ISSUER.id()).header("jku", "https://evil.test/jwks").sign(),
            INVALID),
        changed("keys cannot be had", token -> token.claim("iss", DOWN), UNAVAILABLE),
        changed("e-mail not verified", token -> token.claim("email_verified", false), INVALID),
        changed("e-mail verified unsaid", token -> token.without("email_verified"), INVALID),
        changed(
            "e-mail verified in a text", token -> token.claim("email_verified", "true"), Reply.OK),
        changed("a logout token", token -> token.header("typ", "logout+jwt"), INVALID),
        changed("claims with more behind", token -> token.claimsText(it -> it + "x"), INVALID),
        bound("to a certificate that nobody shows", Map.of("x5t#S256", "A".repeat(43))),
        bound("to a key", Map.of("jkt", "A".repeat(43))),
        bound("to nothing", Map.of()),
        bound("to a text", "A".repeat(43)),
        bound("to null", JsonValue.NULL),
        changed("no caller", token -> token.without("email"), INVALID),
        changed("no subject", token -> token.without("sub"), Reply.OK),
        bad("changed after signing", tampered(), INVALID),
        bad(
            "signature removed by the platform",
            ISSUER.token().signature("SIGNATURE_REMOVED_BY_GOOGLE"),
            "ACCESS_TOKEN_SIGNATURE_REMOVED"),
        good("authenticated", "authenticated"),
        good("allowed by role in the policy", "listed"),
        good("allowed by name", "alice"),
        new Row(
            "allowed by claim array",
            "readers",
            bearer(ISSUER.token().claim("groups", List.of("x", "readers")).sign()),
            Reply.OK),
        new Row(
            "allowed by claim text",
            "readers",
            bearer(ISSUER.token().claim("groups", "readers").sign()),
            Reply.OK),
        new Row(
            "role not brought",
            "readers",
            bearer(ISSUER.token().claim("groups", List.of("readers2")).sign()),
            NOT_ALLOWED),
        new Row("role without the claim", "readers", bearer(ISSUER.token().sign()), NOT_ALLOWED),
        new Row("not allowed", "bob", bearer(ISSUER.token().sign()), NOT_ALLOWED),
        new Row(
            "not allowed in another case",
            "alice",
            bearer(ISSUER.token().claim("email", "Alice@example.com").sign()),
            NOT_ALLOWED),
        new Row(
            "denied by role in the policy", "denied", bearer(ISSUER.token().sign()), NOT_ALLOWED),
        new Row(
            "denied by claim",
            "denied",
            bearer(
                ISSUER
                    .token()
                    .claim("email", "bob@example.com")
                    .claim("groups", List.of("readers"))
                    .sign()),
            NOT_ALLOWED),
        new Row(
            "not among those denied",
            "denied",
            bearer(ISSUER.token().claim("email", "bob@example.com").sign()),
            Reply.OK),
        new Row(
            "an issuer's own header beside a token of nobody here",
            "listed",
            List.of(
                HeaderField.bearer(ISSUER.token().claim("iss", "https://elsewhere.test").sign()),
                new HeaderField("x-second-token", OTHER.token().sign())),
            Reply.OK),
        new Row(
            "an issuer's own header beside what is not a JWT",
            "listed",
            List.of(
                HeaderField.bearer("opaque"),
                new HeaderField("x-second-token", OTHER.token().sign())),
            Reply.OK),
        new Row(
            "an issuer's own header does not hide a bad token in it",
            "listed",
            List.of(
                HeaderField.bearer("opaque"),
                new HeaderField("x-second-token", OTHER.token().claim("exp", 1).sign())),
            EXPIRED),
        new Row(
            "an issuer's own header twice",
            "listed",
            List.of(
                new HeaderField("x-second-token", OTHER.token().sign()),
                new HeaderField("x-second-token", OTHER.token().sign())),
            INVALID),
        new Row("two tokens, the rule's header decides", "bySecond", both(), Reply.OK),
        new Row("two tokens, the rule's issuer decides", "byTest", both(), Reply.OK),
        new Row("two tokens, one of which may decide", "byEither", both(), Reply.OK),
        new Row(
            "two credentials that both may decide",
            "byEither",
            List.of(
                HeaderField.bearer(ISSUER.token().sign()), new HeaderField("x-api-key", API_KEY)),
            INVALID),
        new Row("a token that does not decide", "bySecond", bearer(ISSUER.token().sign()), MISSING),
        new Row("an API key that does not decide", "bySecond", apiKey(API_KEY), MISSING),
        new Row("an API key that decides", "byEither", apiKey(API_KEY), Reply.OK),
        new Row(
            "a bad token beside the one that decides",
            "bySecond",
            List.of(
                HeaderField.bearer("a.b.c"),
                new HeaderField("x-api-key", "x"),
                new HeaderField("x-second-token", OTHER.token().sign())),
            Reply.OK),
        new Row(
            "a bad token that decides beside a good one",
            "bySecond",
            List.of(
                HeaderField.bearer(ISSUER.token().sign()),
                new HeaderField("x-second-token", OTHER.token().claim("exp", 1).sign())),
            EXPIRED),
        new Row(
            "two of the header that decides",
            "bySecond",
            List.of(
                new HeaderField("x-second-token", OTHER.token().sign()),
                new HeaderField("x-second-token", OTHER.token().sign())),
            INVALID),
        new Row("an API key", "authenticated", apiKey(API_KEY), Reply.OK),
        new Row("allowed by an API key's role", "readers", apiKey(API_KEY), Reply.OK),
        new Row("an API key that is not allowed", "alice", apiKey(API_KEY), NOT_ALLOWED),
        new Row("an unknown API key", "authenticated", apiKey(ApiKey.random()), INVALID),
        new Row("a token as an API key", "alice", apiKey(ISSUER.token().sign()), INVALID),
        new Row("an API key as a token", "alice", bearer(API_KEY), INVALID),
        new Row(
            "an API key and a token",
            "alice",
            List.of(
                new HeaderField("x-api-key", API_KEY), HeaderField.bearer(ISSUER.token().sign())),
            INVALID),
        good("allowed by pattern", "pattern"),
        new Row(
            "not of the pattern",
            "pattern",
            bearer(ISSUER.token().claim("email", "alice@example.com.evil.test").sign()),
            NOT_ALLOWED),
        new Row(
            "of the pattern, but another issuer's",
            "pattern",
            List.of(
                new HeaderField(
                    "x-second-token", OTHER.token().claim("sub", "eve@example.com").sign())),
            NOT_ALLOWED),
        new Row(
            "a group of any name",
            "mapped",
            bearer(ISSUER.token().claim("groups", List.of("x", "Domain Admins")).sign()),
            Reply.OK),
        new Row(
            "a group that has the role's name",
            "mapped",
            bearer(ISSUER.token().claim("groups", "engineers").sign()),
            NOT_ALLOWED),
        new Row(
            "a role's pattern",
            "mapped",
            List.of(new HeaderField("x-second-token", OTHER.token().sign())),
            Reply.OK),
        new Row("a role whose condition holds", "senior", tenant("acme"), Reply.OK),
        new Row("a role whose condition does not hold", "senior", tenant("other"), NOT_ALLOWED),
        new Row(
            "a role whose condition fails", "senior", bearer(ISSUER.token().sign()), NOT_ALLOWED),
        new Row("a condition that holds", "tenant", tenant("acme"), Reply.OK),
        new Row("a condition that does not hold", "tenant", tenant("other"), NOT_ALLOWED),
        new Row(
            "a condition on a claim that is missing",
            "tenant",
            bearer(ISSUER.token().sign()),
            NOT_ALLOWED),
        new Row("a condition, no token", "tenant", List.of(), MISSING),
        new Row("a condition on the address", "elsewhere", tenant("acme"), NOT_ALLOWED),
        new Row("denied by a condition", "others", tenant("acme"), NOT_ALLOWED),
        new Row("not denied by a condition", "others", tenant("other"), Reply.OK),
        new Row(
            "a condition of a denial that fails",
            "others",
            bearer(ISSUER.token().sign()),
            NOT_ALLOWED),
        new Row("anyone from here", "near", List.of(), Reply.OK),
        new Row("anyone from elsewhere", "far", List.of(), MISSING),
        new Row("a token where anyone from elsewhere may", "far", tenant("acme"), NOT_ALLOWED),
        new Row("denied to anyone by a condition", "unwanted", List.of(), NOT_ALLOWED),
        new Row("denied to anyone, with a token", "unwanted", tenant("acme"), NOT_ALLOWED),
        new Row("denied to some, without a token", "denied", List.of(), MISSING),
        new Row("anyone without a token", "anyone", List.of(), Reply.OK),
        new Row("anyone with a bad token", "anyone", bearer("a.b.c"), Reply.OK),
        new Row("authenticated without a token", "authenticated", List.of(), MISSING),
        new Row(
            "Basic is no token",
            "authenticated",
            List.of(new HeaderField("authorization", "Basic YTpi")),
            MISSING),
        new Row(
            "scheme in lower case",
            "alice",
            List.of(new HeaderField("authorization", "bearer " + ISSUER.token().sign())),
            Reply.OK),
        new Row(
            "scheme in upper case",
            "alice",
            List.of(new HeaderField("authorization", "BEARER " + ISSUER.token().sign())),
            Reply.OK),
        new Row(
            "two tokens",
            "alice",
            List.of(
                HeaderField.bearer(ISSUER.token().sign()),
                HeaderField.bearer(ISSUER.token().sign())),
            INVALID),
        new Row(
            "Basic and a token",
            "alice",
            List.of(
                new HeaderField("authorization", "Basic YTpi"),
                HeaderField.bearer(ISSUER.token().sign())),
            INVALID),
        new Row(
            "a token and Basic",
            "alice",
            List.of(
                HeaderField.bearer(ISSUER.token().sign()),
                new HeaderField("authorization", "Basic YTpi")),
            INVALID),
        new Row(
            "Basic twice",
            "alice",
            List.of(
                new HeaderField("authorization", "Basic YTpi"),
                new HeaderField("authorization", "Basic YTpi")),
            INVALID),
        new Row(
            "two tokens in two headers",
            "alice",
            List.of(
                HeaderField.bearer(ISSUER.token().sign()),
                new HeaderField("x-second-token", OTHER.token().sign())),
            INVALID),
        new Row(
            "token in its issuer's header",
            "listed",
            List.of(new HeaderField("x-second-token", OTHER.token().sign())),
            Reply.OK),
        new Row(
            "token of that issuer in Authorization",
            "listed",
            bearer(OTHER.token().sign()),
            INVALID),
        new Row(
            "token in another issuer's header",
            "listed",
            List.of(new HeaderField("x-second-token", ISSUER.token().sign())),
            INVALID),
        new Row(
            "another issuer's caller of the same name",
            "alice",
            List.of(
                new HeaderField(
                    "x-second-token", OTHER.token().claim("sub", "alice@example.com").sign())),
            NOT_ALLOWED),
        new Row("an address that made too many calls", "anyone", List.of(CALLED), LIMIT),
        new Row(
            "a proxy appends the client's address",
            "anyone",
            List.of(new HeaderField("x-forwarded-for", "192.0.2.1"), CALLED),
            LIMIT),
        new Row(
            "a new token of a network that sent too many invalid ones",
            "alice",
            List.of(
                HeaderField.bearer(ISSUER.token().claim("n", "new").sign()),
                new HeaderField("x-forwarded-for", "2001:db8:1:2:ffff::1")),
            LIMIT),
        new Row("no token of that network", "alice", List.of(GUESSED), MISSING),
        new Row(
            "a token of 12 KB",
            "alice",
            bearer(ISSUER.token().claim("padding", "x".repeat(9000)).sign()),
            Reply.OK));
  }

  private static Row none() {
    return new Row("no token", "alice", List.of(), MISSING);
  }

  private static Row good(String name, String rule) {
    return new Row(name, rule, bearer(ISSUER.token().sign()), Reply.OK);
  }

  private static Row bad(String name, String token, String reason) {
    return new Row(name, "alice", bearer(token), reason);
  }

  /** A token that only the holder of a key may use. */
  private static Row bound(String how, Object cnf) {
    return changed("bound " + how, token -> token.claim("cnf", cnf), INVALID);
  }

  private static Row changed(String name, UnaryOperator<TestIssuer.Builder> change, String reason) {
    return new Row(name, "alice", bearer(change.apply(ISSUER.token()).sign()), reason);
  }

  private static String tampered() {
    var parts = ISSUER.token().claim("email", "mallory@example.com").sign().split("\\.", -1);
    var good = ISSUER.token().sign().split("\\.", -1);
    return String.join(".", good[0], good[1], parts[2]);
  }

  private static List<HeaderField> tenant(String id) {
    return bearer(ISSUER.token().claim("tenant_id", id).sign());
  }

  private static List<HeaderField> bearer(String token) {
    return new ArrayList<>(List.of(HeaderField.bearer(token)));
  }

  private static List<HeaderField> both() {
    return List.of(
        HeaderField.bearer(ISSUER.token().sign()),
        new HeaderField("x-second-token", OTHER.token().sign()));
  }

  private static List<HeaderField> apiKey(String key) {
    return List.of(new HeaderField("x-api-key", key));
  }

  private static String expected(String client, String reason) {
    if (reason.equals(Reply.OK)) {
      return client.startsWith("WebSocket")
          ? "OK 101 "
          : client.startsWith("gRPC") ? "OK OK " : "OK 200 ";
    }
    var row = Reason.valueOf(reason);
    return client.startsWith("gRPC")
        ? reason + " " + row.code() + " oneport.dev"
        : reason + " " + row.http() + " " + challenge(reason);
  }

  /** Written out once more, so that the table in the code is held to RFC 6750. */
  private static String challenge(String reason) {
    return switch (reason) {
      case UNAVAILABLE, LIMIT -> "";
      case MISSING -> "Bearer realm=\"oneport\"";
      case EXPIRED ->
          "Bearer realm=\"oneport\", error=\"invalid_token\", error_description=\"the token"
              + " expired\"";
      case INVALID ->
          "Bearer realm=\"oneport\", error=\"invalid_token\", error_description=\"the token is not"
              + " valid here\"";
      case NOT_ALLOWED ->
          "Bearer realm=\"oneport\", error=\"insufficient_scope\", error_description=\"the caller"
              + " may not call this\"";
      default ->
          "Bearer realm=\"oneport\", error=\"invalid_token\", error_description=\"the platform"
              + " removed the token's signature; send the platform's token in"
              + " X-Serverless-Authorization and this service's token in Authorization\"";
    };
  }
}
