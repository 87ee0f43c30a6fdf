package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.server.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A text in which somebody wrote a pattern, where it would never match, stops the start. */
final class LiteralTextsTest {
  /** Where a key is read that takes a text. */
  private static final Pattern READ =
      Pattern.compile(
          "[sS]ection\\s*\\.(?:text|texts|required|literal|literals)\\(\\s*\"([a-z-]+)\"");

  private static final String BASE =
      """
      server:
        cors: { origins: [ "https://app.example.com" ] }
        websocket: { origins: [ "https://app.example.com" ] }
      audit: { project: my-project }
      identity:
        issuers:
          a:
            issuer: https://issuer.example
            jwks: https://issuer.example/keys
            audiences: [ "https://me.example" ]
            audience-claim: aud
            caller-claim: sub
            caller-prefix: "a:"
            roles-claim: groups
            roles-prefix: a-
            roles: [ admin ]
            algorithms: [ RS256 ]
            token-type: at+jwt
            header: x-token
          b:
            preset: google-service-account
            accounts: [ sa@project.example ]
            audiences: [ me ]
            caller-prefix: "b:"
      policy:
        roles: { listed: [ "a:alice@corp.example" ] }
        rules:
          - { allow: [ listed, "a:bob@corp.example" ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
          - { deny: [ "a:eve@corp.example" ], route: WS /ws }
        quotas:
          - { for: [ "a:bob@corp.example" ], calls-per-second: 5 }
      """;

  record Row(String key, String good, String bad, String place, String said) {
    @Override
    public String toString() {
      return key + ": " + bad;
    }
  }

  static Stream<Row> rows() {
    var star = "has a *, which is not a pattern here: ";
    var brace = "has a {, which is not a pattern here: ";
    var origin = "is not an origin such as https://app.example.com";
    var callers =
        "name each caller, a pattern such as *@corp.example, or a role; a text that really has it"
            + " is written exact:";
    var nobody = "names no caller: it must begin with an issuer's caller-prefix";
    var items =
        "which divides nothing here: write each as an item of the list, or a variable's with"
            + " commas";
    return Stream.of(
        new Row(
            "prefix",
            "audit: {",
            "shared: { redis: { url: \"redis://r\", prefix: \"oneport-*\" } }\naudit: {",
            "4: shared.redis.prefix",
            "must be 1 to 64 letters, digits and any of"),
        new Row(
            "password-file",
            "audit: {",
            "shared: { redis: { url: \"redis://r\", password-file: \"/run/*\" } }\naudit: {",
            "4: shared.redis.password-file",
            "there is no file /run/* that can be read"),
        new Row(
            "origins",
            "origins: [ \"https://app.example.com\" ] }\n  web",
            "origins: [ \"https://*.example.com\" ] }\n  web",
            "2: server.cors.origins",
            origin),
        new Row(
            "origins",
            "origins: [ \"https://app.example.com\" ] }\n  web",
            "origins: [ \"https://app.example.com:443\" ] }\n  web",
            "2: server.cors.origins",
            origin),
        new Row(
            "origins",
            "origins: [ \"https://app.example.com\" ] }\naudit",
            "origins: [ \"https://*.example.com\" ] }\naudit",
            "3: server.websocket.origins",
            origin),
        new Row(
            "origins",
            "origins: [ \"https://app.example.com\" ] }\naudit",
            "origins: [ \"https://app.example.com/\" ] }\naudit",
            "3: server.websocket.origins",
            origin),
        new Row(
            "origins",
            "origins: [ \"https://app.example.com\" ] }\naudit",
            "origins: [ app.example.com ] }\naudit",
            "3: server.websocket.origins",
            origin),
        new Row(
            "origins",
            "origins: [ \"https://app.example.com\" ] }\naudit",
            "origins: [ \"https://app.example.com:443\" ] }\naudit",
            "3: server.websocket.origins",
            origin),
        new Row(
            "host",
            "server:\n",
            "server:\n  host: \"[*\"\n",
            "2: server.host",
            "neither an IP address"),
        new Row("project", "my-project", "\"*\"", "4: audit.project", star + "name one project"),
        new Row(
            "issuer",
            "issuer: https://issuer.example",
            "issuer: \"https://issuer.example/{tenantid}/v2.0\"",
            "8: identity.issuers.a.issuer",
            brace + "name one issuer in full"),
        new Row(
            "issuer",
            "issuer: https://issuer.example",
            "issuer: \"https://*.issuer.example\"",
            "8: identity.issuers.a.issuer",
            star + "name one issuer in full"),
        new Row(
            "jwks",
            "https://issuer.example/keys",
            "\"https://issuer.example/{tenantid}/keys\"",
            "9: identity.issuers.a.jwks",
            "is neither a URL"),
        new Row(
            "jwks",
            "https://issuer.example/keys",
            "\"https://*.issuer.example/keys\"",
            "9: identity.issuers.a.jwks",
            "a URL with a host"),
        new Row(
            "tenants",
            "preset: google-service-account",
            "preset: entra\n      tenants: [ \"*\" ]",
            "22: identity.issuers.b.tenants",
            "is not the ID of a tenant"),
        new Row(
            "hosts",
            "audit: { project: my-project }",
            "  hosts: [ \"api.*.example.com\" ]\naudit: { project: my-project }",
            "4: server.hosts",
            "is neither a name"),
        new Row(
            "trusted-proxies",
            "audit: { project: my-project }",
            "  trusted-proxies: [ \"10.0.*\" ]\naudit: { project: my-project }",
            "4: server.trusted-proxies",
            "write a range such as"),
        new Row(
            "otlp",
            "audit: { project: my-project }",
            "telemetry: { otlp: \"http://*.example:4318\" }",
            "4: telemetry.otlp",
            "must be a URL such as"),
        new Row(
            "url",
            "policy:\n  roles",
            "upstreams: { x: { url: \"http://*.example:1\" } }\nforward: [ { route: \"HTTP * /orders/**\", to: x } ]\npolicy:\n  roles",
            "25: upstreams.x.url",
            "is not a URL such as"),
        new Row(
            "to",
            "policy:\n  roles",
            "upstreams: { x: { url: \"http://a.example:1\" } }\nforward: [ { route: \"HTTP * /orders/**\", to: \"x*\" } ]\npolicy:\n  roles",
            "26: forward.0.to",
            "is not in upstreams"),
        new Row(
            "audience",
            "policy:\n  roles",
            "upstreams: { x: { url: \"http://a.example:1\", assertion: { audience: \"https://*.a\" } } }\npolicy:\n  roles",
            "25: upstreams.x.assertion.audience",
            star + "name one audience in full"),
        new Row(
            "claims",
            "policy:\n  roles",
            "upstreams: { x: { url: \"http://a.example:1\", assertion: { claims: [ \"*\" ] } } }\npolicy:\n  roles",
            "25: upstreams.x.assertion.claims",
            "*"),
        new Row(
            "path",
            "policy:\n  roles",
            "upstreams: { x: { url: \"http://a.example:1\", health: { path: \"/health/*\" } } }\npolicy:\n  roles",
            "25: upstreams.x.health.path",
            "is not a path such as"),
        new Row(
            "service",
            "policy:\n  roles",
            "upstreams: { x: { url: \"h2c://a.example:1\", health: { service: \"ledger.*\" } } }\npolicy:\n  roles",
            "25: upstreams.x.health.service",
            "is not a service such as"),
        new Row(
            "metadata-url",
            "policy:\n  roles",
            "upstreams: { x: { url: \"https://a.example:1\", id-token: { metadata-url: \"http://*\" } } }\npolicy:\n  roles",
            "25: upstreams.x.id-token.metadata-url",
            "is not a URL such as"),
        new Row(
            "header",
            "x-token",
            "cookie",
            "19: identity.issuers.a.header",
            "'cookie' says something else in every request"),
        new Row(
            "accounts",
            "sa@project.example",
            "sa",
            "22: identity.issuers.b.accounts",
            "'sa' is not a service account"),
        new Row(
            "allow",
            "\"a:bob@corp.example\" ], route",
            "bob@corp.example ], route",
            "28: policy.rules.0.allow.1",
            "'bob@corp.example' names no caller: it must begin with an issuer's caller-prefix, and"
                + " these are a:, b:"),
        new Row(
            "ca",
            "caller-claim: sub",
            "caller-claim: sub\n      ca: \"/etc/certificates/*.pem\"",
            "13: identity.issuers.a.ca",
            "there is no file"),
        new Row(
            "logout-audiences",
            "caller-claim: sub",
            "caller-claim: sub\n      logout-audiences: [ \"*\" ]",
            "13: identity.issuers.a.logout-audiences.0",
            star + "name each audience in full"),
        new Row(
            "file",
            "audit:",
            "shared: { revocations: { file: \"/var/lib/*.jsonl\" } }\naudit:",
            "4: shared.revocations.file",
            "there is no file"),
        new Row(
            "audiences",
            "\"https://me.example\"",
            "\"https://*.run.app\"",
            "10: identity.issuers.a.audiences.0",
            star + "name each audience in full"),
        new Row(
            "audiences",
            "\"https://me.example\"",
            "\"https://me.example;https://you.example\"",
            "10: identity.issuers.a.audiences.0",
            items),
        new Row(
            "audience-claim",
            "audience-claim: aud",
            "audience-claim: \"a*\"",
            "11: identity.issuers.a.audience-claim",
            star + "name one claim"),
        new Row(
            "caller-claim",
            "caller-claim: sub",
            "caller-claim: \"{sub}\"",
            "12: identity.issuers.a.caller-claim",
            brace + "name one claim"),
        new Row(
            "caller-prefix",
            "caller-prefix: \"a:\"",
            "caller-prefix: \"a*\"",
            "13: identity.issuers.a.caller-prefix",
            star + "a prefix is the same for all callers"),
        new Row(
            "roles-claim",
            "roles-claim: groups",
            "roles-claim: \"*\"",
            "14: identity.issuers.a.roles-claim",
            star + "name one claim"),
        new Row(
            "roles-prefix",
            "roles-prefix: a-",
            "roles-prefix: \"*-\"",
            "15: identity.issuers.a.roles-prefix",
            "must be the start of a role's name"),
        new Row(
            "roles",
            "roles: [ admin ]",
            "roles: [ \"admin*\" ]",
            "16: identity.issuers.a.roles.0",
            star + "name each role"),
        new Row(
            "algorithms",
            "[ RS256 ]",
            "[ \"RS*\" ]",
            "17: identity.issuers.a.algorithms",
            "RS* is not one of"),
        new Row(
            "token-type",
            "at+jwt",
            "\"*+jwt\"",
            "18: identity.issuers.a.token-type",
            "must be the typ of the tokens"),
        new Row(
            "header",
            "x-token",
            "\"x-*\"",
            "19: identity.issuers.a.header",
            "must be the name of a header"),
        new Row(
            "cookie",
            "header: x-token",
            "cookie: \"ses sion\"",
            "19: identity.issuers.a.cookie",
            "must be the name of a cookie"),
        new Row(
            "accounts",
            "sa@project.example",
            "\"*@project.example\"",
            "22: identity.issuers.b.accounts.0",
            star + "name each service account"),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "\"*@corp.example\"",
            "26: policy.roles.listed.0",
            nobody),
        new Row(
            "endpoint",
            "caller-prefix: \"b:\"",
            "caller-prefix: \"b:\"\n"
                + "    c: { kind: introspection, endpoint: \"https://*.example/i\", client-secret:"
                + " x, client-id: me, audiences: [ me ], caller-prefix: \"c:\" }",
            "25: identity.issuers.c.endpoint",
            "must be a URL with a host"),
        new Row(
            "client-secret-file",
            "caller-prefix: \"b:\"",
            "caller-prefix: \"b:\"\n"
                + "    c: { kind: introspection, endpoint: \"https://a.example/i\","
                + " client-secret-file: \"/run/*\", client-id: me, audiences: [ me ],"
                + " caller-prefix: \"c:\" }",
            "25: identity.issuers.c.client-secret-file",
            "there is no file"),
        // Any text may be a secret, and any an identifier; either is refused by the endpoint alone.
        new Row(
            "client-secret",
            "caller-prefix: \"b:\"",
            "caller-prefix: \"b:\"\n"
                + "    c: { kind: introspection, endpoint: \"https://a.example/i\", client-secret:"
                + " \"\", client-id: me, audiences: [ me ], caller-prefix: \"c:\" }",
            "25: identity.issuers.c.client-secret",
            "must not be empty"),
        new Row(
            "client-id",
            "caller-prefix: \"b:\"",
            "caller-prefix: \"b:\"\n"
                + "    c: { kind: introspection, endpoint: \"https://a.example/i\", client-secret:"
                + " x, client-id: \"\", audiences: [ me ], caller-prefix: \"c:\" }",
            "25: identity.issuers.c.client-id",
            "must not be empty"),
        new Row(
            "keys",
            "caller-prefix: \"b:\"",
            "caller-prefix: \"b:\"\n"
                + "    c: { kind: api-keys, caller-prefix: \"c:\", keys: [ \"* sha256:0\" ] }",
            "25: identity.issuers.c.keys",
            "must be NAME sha256:DIGEST"),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "\"a@corp.example;b@corp.example\"",
            "26: policy.roles.listed.0",
            items),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "\"a@corp.example, b@corp.example\"",
            "26: policy.roles.listed.0",
            items),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "\"Alice <alice@corp.example>\"",
            "26: policy.roles.listed.0",
            "has a <, which is not a pattern here"),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "\"${ACCOUNTS}\"",
            "26: policy.roles.listed.0",
            items),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "admins",
            "26: policy.roles.listed",
            "may be a caller or a role in tokens"),
        new Row(
            "groups",
            "[ \"a:alice@corp.example\" ]",
            "{ groups: [ \"a-admins*\" ] }",
            "26: policy.roles.listed.groups",
            "is in no token"),
        new Row(
            "roles",
            "\"a:alice@corp.example\"",
            "authenticated",
            "26: policy.roles.listed",
            "authenticated is not a caller"),
        new Row(
            "roles",
            "\"a:alice@corp.example\" ]",
            "other ], other: [ \"a:bob@corp.example\" ]",
            "26: policy.roles.listed",
            "other is not a caller"),
        new Row(
            "allow",
            "\"a:bob@corp.example\" ], route",
            "\"*@corp.example\" ], route",
            "28: policy.rules.0.allow.1",
            nobody),
        new Row(
            "allow",
            "\"a:bob@corp.example\" ], route",
            "\"caller:*\" ], route",
            "28: policy.rules.0.allow.1",
            "is every caller with a token; write authenticated"),
        new Row(
            "allow",
            "\"a:bob@corp.example\" ], route",
            "\"a@corp.example;b@corp.example\" ], route",
            "28: policy.rules.0.allow.1",
            items),
        new Row(
            "allow",
            "\"a:bob@corp.example\" ], route",
            "\"^.+@corp.example$\" ], route",
            "28: policy.rules.0.allow.1",
            "has a ^, which is not a pattern here: " + callers),
        new Row(
            "deny",
            "[ \"a:eve@corp.example\" ]",
            "[ \"a:eve@corp.example;a:eva@corp.example\" ]",
            "29: policy.rules.1.deny.0",
            items),
        new Row(
            "route",
            "HTTP GET /ping,",
            "HTTP GET /ping, HTTP GET /pong/**,",
            "28: policy.rules.0.route",
            "is not mounted"),
        new Row(
            "route",
            "HTTP GET /ping,",
            "HTTP GET /ping, \"HTTP GET /p*g\",",
            "28: policy.rules.0.route",
            "is not"),
        new Row(
            "credential",
            "\"a:bob@corp.example\" ], route",
            "\"a:bob@corp.example\" ], credential: \"*\", route",
            "28: policy.rules.0.credential",
            "'*' is not in identity.issuers"),
        new Row(
            "credential",
            "[ \"a:eve@corp.example\" ], route",
            "[ \"a:eve@corp.example\" ], credential: a, route",
            "29: policy.rules.1.credential",
            "stands in rules that allow"),
        new Row(
            "credential",
            "[ listed, \"a:bob@corp.example\" ], route",
            "[ anyone ], credential: a, route",
            "28: policy.rules.0.credential",
            "means nothing for anyone"),
        new Row(
            "credential",
            "  quotas:",
            "    - { allow: [ \"a:bob@corp.example\" ], credential: a, route: WS /ws }\n  quotas:",
            "30: policy.rules.2.credential",
            "differs from that of the rule at test.yaml:28, which is about WS /ws, too"),
        new Row(
            "when",
            "route: WS /ws }",
            "route: WS /ws, when: \"caller.nme == 'x'\" }",
            "29: policy.rules.1.when",
            "line 1, column 1: undeclared reference to 'caller'; there are caller.name,"),
        new Row(
            "when",
            "route: WS /ws }",
            "route: WS /ws, when: \"claims.tenant == 'x'\" }",
            "29: policy.rules.1.when",
            "asks about the claim tenant, which no issuer lists in its claims"),
        new Row(
            "when",
            "allow: [ listed, \"a:bob@corp.example\" ]",
            "allow: [ anyone ], when: \"caller.name == 'x'\"",
            "28: policy.rules.0.when",
            "asks about the caller, but tokens are not checked for anyone"),
        new Row(
            "for",
            "[ \"a:bob@corp.example\" ], calls",
            "[ \"*@corp.example\" ], calls",
            "31: policy.quotas.0.for.0",
            nobody),
        new Row(
            "by",
            "[ \"a:bob@corp.example\" ], calls",
            "[ \"a:bob@corp.example\" ], by: claims.*, calls",
            "31: policy.quotas.0.by",
            "counts by the claim *, which no issuer lists"),
        new Row(
            "for",
            "[ \"a:bob@corp.example\" ], calls",
            "\"${ACCOUNTS}\", calls",
            "31: policy.quotas.0.for",
            items));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aPatternThatMeansNothingStopsTheStart(Row row) {
    assertTrue(BASE.contains(row.good()), row.good());
    var problems = problems(BASE.replace(row.good(), row.bad()));
    var wanted = "test.yaml:" + row.place() + ": ";
    assertTrue(
        // A text that came from a variable is blamed on it first.
        problems.stream()
            .map(it -> it.replaceFirst("^\\w+ \\((.+?)\\)", "$1"))
            .anyMatch(it -> it.startsWith(wanted) && it.contains(row.said())),
        problems::toString);
  }

  @Test
  void asItIsItIsGoodAndSoIsWhatIsTakenToTheLetter() {
    assertEquals(List.of(), problems(BASE));
    var exact =
        BASE.replace("\"a:alice@corp.example\"", "\"exact:a:*@corp.example\"")
            .replace("\"a:bob@corp.example\"", "\"exact:a:x;y\"")
            .replace("\"https://me.example\"", "\"exact:https://*.run.app\"");
    assertEquals(List.of(), problems(exact));
    var origins =
        BASE.replace(
            "\"https://app.example.com\" ] }\naudit",
            "\"HTTPS://App.example.com:8443\", \"app://local\", \"null\", \"https://[::1]:8443\" ]"
                + " }\n"
                + "audit");
    assertEquals(List.of(), problems(origins));
  }

  /** A new key that takes a text needs a row: what of a pattern in it? */
  @Test
  void eachKeyThatTakesATextHasARow() throws IOException {
    var read = new TreeSet<String>();
    try (var files = Files.walk(Path.of("src/main/java/dev/oneport"))) {
      for (var file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        if (!file.toString().contains("/cli/")) {
          READ.matcher(Files.readString(file)).results().forEach(it -> read.add(it.group(1)));
        }
      }
    }
    rows().map(Row::key).forEach(read::remove);
    assertEquals(new TreeSet<>(), read);
  }

  private static List<String> problems(String yaml) {
    var accounts = Map.of("ACCOUNTS", "a@corp.example;b@corp.example");
    try {
      var _ =
          Plan.read(
              Configuration.parse("test.yaml", yaml, accounts, false),
              List.of(new EchoService()),
              Optional.empty());
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
