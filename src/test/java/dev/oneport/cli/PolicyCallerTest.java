package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.identity.ApiKey;
import dev.oneport.testing.TestIssuer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The caller that the policy is asked about, by a token, its claims, or without any. */
final class PolicyCallerTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String KEY = ApiKey.random();

  private static final String YAML =
      """
      include: rules.yaml
      identity:
        issuers:
          test:
            issuer: "%s"
            audiences: [ "%s" ]
            caller-claim: email
            caller-prefix: "t:"
            roles-claim: groups
            claims: [ tenant ]
          keys: { kind: api-keys, caller-prefix: "k:", keys: [ "%s" ] }
      """
          .formatted(
              ISSUER.id(),
              TestIssuer.AUDIENCE,
              ApiKey.of(KEY, "billing", List.of("role=readers")).line());

  private static final String RULES =
      """
      policy:
        roles: { readers: [] }
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
          - { allow: [ readers ], route: GRPC Echo/* }
          - { allow: [ "t:alice@example.com" ], when: "claims.tenant == 'acme'", route: WS /ws }
          - { deny: [ "t:bob@example.com" ], route: GRPC Echo/Watch }
      """;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("application.yaml"), YAML);
    Files.writeString(folder.resolve("rules.yaml"), RULES);
  }

  private CommandRun policy(String... arguments) {
    var all = new ArrayList<>(List.of("policy", "--config", folder + "/application.yaml"));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "given", ""), text).toString();
  }

  private static String shown(CommandRun run) {
    return run.out().lines().skip(1).findFirst().orElse("").replaceAll(" {2,}", " | ");
  }

  @Test
  void aTokensCallerRolesAndClaimsAreThoseThatTheServerWouldSee() throws IOException {
    var token = ISSUER.token().claim("tenant", "acme").claim("groups", List.of("readers")).sign();
    var run = policy("explain", "--token-file", file(token + "\n"), "--route", "WS /ws");
    assertEquals(
        "t:alice@example.com | WS /ws | allowed | "
            + folder
            + "/rules.yaml:6 | t:alice@example.com when claims.tenant == 'acme'",
        shown(run),
        run.err());
    var other = policy("explain", "--token", token, "--route", "GRPC Echo/Ping");
    assertTrue(shown(other).contains("allowed | " + folder + "/rules.yaml:5 | readers"));
  }

  @Test
  void aTokenMayComeFromStandardInput() {
    var token = ISSUER.token().claim("tenant", "acme").sign();
    for (var option : List.of("--token", "--token-file")) {
      var run =
          with(
              new ByteArrayInputStream((token + "\n").getBytes(StandardCharsets.UTF_8)),
              () -> policy("explain", option, "-", "--route", "WS /ws"));
      assertTrue(shown(run).contains("allowed"), run.out() + run.err());
    }
  }

  private static CommandRun with(InputStream in, java.util.function.Supplier<CommandRun> run) {
    var before = System.in;
    try {
      System.setIn(in);
      return run.get();
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void claimsInAFileNeedNoTimes() throws IOException {
    var claims =
        """
        { "iss": "%s", "aud": "%s", "email": "alice@example.com", "email_verified": true,
          "tenant": "acme" }
        """
            .formatted(ISSUER.id(), TestIssuer.AUDIENCE);
    var run = policy("explain", "--claims", file(claims), "--route", "WS /ws");
    assertTrue(shown(run).startsWith("t:alice@example.com | WS /ws | allowed"), run.err());
    var other = claims.replace("acme", "other");
    assertTrue(
        shown(policy("explain", "--claims", file(other), "--route", "WS /ws")).contains("denied"));
  }

  @Test
  void anApiKeyNamesItsCaller() {
    var run = policy("explain", "--token", KEY, "--route", "GRPC Echo/Ping");
    assertTrue(shown(run).startsWith("k:billing | GRPC Echo/Ping | allowed"), run.err());
  }

  @Test
  void nobodyInParticularNeedsNoName() {
    assertTrue(
        shown(policy("explain", "--anonymous", "--route", "HTTP GET /ping"))
            .startsWith("- | HTTP GET /ping | allowed"));
    assertTrue(
        shown(policy("explain", "--anonymous", "--route", "WS /ws"))
            .startsWith("- | WS /ws | denied"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iss | https://evil.test | its issuer is not trusted here",
        "aud | https://evil.test | test: it is meant for another audience",
        "email | '' | test: its claim email is empty",
        "exp | 1 | test: the token expired",
        "nbf | 99999999999 | test: it is not valid yet"
      })
  void aTokenThatWouldBeRefusedSaysWhyAndIsNotShown(String claim, String value, String problem) {
    var token = ISSUER.token();
    var changed =
        value.matches("\\d+")
            ? token.claim(claim, Long.parseLong(value)).sign()
            : token.claim(claim, value).sign();
    var run = policy("explain", "--token", changed, "--route", "WS /ws");
    assertTrue(run.err().contains("the token would be refused: " + problem), run.err());
    assertTrue(shown(run).startsWith("- | WS /ws | denied"), run.out());
    assertFalse((run.out() + run.err()).contains(changed.substring(0, 20)));
    // Where anyone may call, a token is not looked at.
    var open = policy("explain", "--token", changed, "--route", "HTTP GET /ping");
    assertTrue(shown(open).startsWith("- | HTTP GET /ping | allowed"), open.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "explain --route WS:/ws",
        "explain --caller a --anonymous --route WS:/ws",
        "explain --token x --claims y --route WS:/ws",
        "explain --token-file no-such-file --route WS:/ws"
      })
  void callersThatCannotBeNamedAreErrors(String line) {
    var run = policy(line.replace("WS:", "WS ").split(" (?!/)", -1));
    assertTrue(run.code() != 0, run.out());
    assertTrue(run.err().lines().count() <= 2, run.err());
  }

  @Test
  void whoListsTheRulesThatApplyToACaller() {
    var token = ISSUER.token().claim("email", "bob@example.com").claim("groups", "readers").sign();
    var run = policy("who", "--token", token, "--route", "GRPC Echo/Watch");
    assertEquals(
        """
        WHO | ROLE | RULE
        t:bob@example.com | readers | %1$s/rules.yaml:5
        not t:bob@example.com | deny: t:bob@example.com | %1$s/rules.yaml:7
        """
            .formatted(folder),
        run.out().replaceAll(" {2,}", " | "));
  }

  @Test
  void expectedDecisionsMayNameATokenOrClaims() throws IOException {
    var token = file(ISSUER.token().claim("tenant", "acme").sign());
    var expired = file(ISSUER.token().claim("exp", 1).sign());
    var claims =
        file(
            "{\"iss\":\"%s\",\"aud\":\"%s\",\"email\":\"a@b\",\"email_verified\":true,\"groups\":[\"readers\"]}"
                .formatted(ISSUER.id(), TestIssuer.AUDIENCE));
    var tests =
        file(
            """
            tests:
              - { token-file: "%s", route: WS /ws, expect: allowed }
              - { token-file: "%s", route: WS /ws, expect: denied }
              - { claims-file: "%s", route: GRPC Echo/Ping, expect: allowed }
            """
                .formatted(token, expired, claims));
    var run = policy("test", tests);
    assertEquals("3 decisions are as expected\n", run.err(), run.out());
    var both =
        policy(
            "test",
            file(
                "tests: [ { caller: a@b, token-file: \"%s\", route: WS /ws, expect: denied } ]"
                    .formatted(token)));
    assertTrue(both.err().contains("tests.0.caller: stands alone"), both.err());
  }

  @Test
  void diffSaysByItsExitCodeWhetherAnythingChanges() throws IOException {
    var same = folder + "/application.yaml";
    assertEquals(0, policy("diff", "--exit-code", same, same).code());
    var other = folder.resolve("other");
    Files.createDirectory(other);
    Files.writeString(other.resolve("application.yaml"), YAML);
    Files.writeString(
        other.resolve("rules.yaml"), RULES.replace("readers ], route", "authenticated ], route"));
    assertEquals(1, policy("diff", "--exit-code", same, other + "/application.yaml").code());
    assertEquals(0, policy("diff", same, other + "/application.yaml").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "explain --anonymos --route WS:/ws | did you mean --anonymous?",
        "explain --anonymous --route WS:/wss | did you mean WS /ws?",
        "explain --anonymous --route GRPC:Echo/Pong | did you mean GRPC Echo/Ping?",
        "wo | did you mean who?"
      })
  void misspeltWordsAreRecognized(String line, String hint) {
    var typed = line.replace("WS:", "WS ").replace("GRPC:", "GRPC ");
    var run = policy(typed.split(" (?!/|Echo)", -1));
    assertTrue(run.err().contains(hint), run.err());
  }

  @Test
  void misspeltRolesAndIssuersAreRecognized() throws IOException {
    Files.writeString(
        folder.resolve("rules.yaml"),
        RULES.replace("[ readers ], route", "[ reader ], credential: tst, route"));
    var run = policy("check");
    assertTrue(run.err().contains("did you mean readers?"), run.err());
    assertTrue(run.err().contains("did you mean test?"), run.err());
    assertTrue(run.err().contains(folder + "/rules.yaml:5: policy.rules.1.allow"), run.err());
  }
}
