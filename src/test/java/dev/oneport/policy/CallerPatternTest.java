package dev.oneport.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a {@code *} in the name of a caller means, in rules, roles and quotas. */
final class CallerPatternTest {
  private static final Route ROUTE = new Route(Protocol.WS, "/ws");
  private static final TokenNames TOKENS =
      new TokenNames(true, role -> !role.equals("nowhere"), Set.of("", "p:"));

  @ParameterizedTest(name = "{0} names {1}: {2}")
  @CsvSource({
    "*@corp.example, alice@corp.example, true",
    "*@corp.example, @corp.example, false",
    "*@corp.example, alice@corp.example.evil.test, false",
    "*@corp.example, alice@evil-corp.example, false",
    "*@corp.example, ALICE@CORP.EXAMPLE, false",
    "*@corp.example, p:alice@corp.example, false",
    "p:*@corp.example, p:alice@corp.example, true",
    "p:*@corp.example, alice@corp.example, false",
    "system:serviceaccount:prod:*, system:serviceaccount:prod:api, true",
    "system:serviceaccount:prod:*, system:serviceaccount:prod:, false",
    "system:serviceaccount:prod:*, system:serviceaccount:production:api, false",
    "repo:org/*, repo:org/app:ref:refs/heads/main, true",
    "repo:org/*, repo:org2/app:ref:refs/heads/main, false",
    "repo:org/*, p:repo:org/app:ref:refs/heads/main, false",
    "repo:org/*:ref:refs/heads/main, repo:org/app:ref:refs/heads/main, true",
    "repo:org/*:ref:refs/heads/main, repo:org/app:ref:refs/heads/dev, false",
    "a-*-a, a-a, false",
    "caller:team-*, team-a, true",
    "exact:*@corp.example, alice@corp.example, false",
    "exact:*@corp.example, *@corp.example, true"
  })
  void aStarStandsForAnyTextButNotForAPrefix(String pattern, String name, boolean named) {
    var caller = new Caller(name, "i", Set.of());
    var rule = policy("rules: [ { allow: [ \"%s\" ], route: WS /ws } ]".formatted(pattern));
    assertEquals(named, rule.decide(new AskedFacts(caller, ROUTE, Instant.EPOCH)).allowed());
    var role =
        policy(
            "roles: { r: [ \"%s\" ] }\nrules: [ { allow: [ r ], route: WS /ws } ]"
                .formatted(pattern));
    assertEquals(named, role.decide(new AskedFacts(caller, ROUTE, Instant.EPOCH)).allowed());
    assertEquals(named ? List.of("r") : List.of(), role.roles(caller));
    var quota =
        policy(
            """
              rules: [ { allow: [ authenticated ], route: WS /ws }, { deny: [ "%s" ], route: WS /ws } ]
              quotas: [ { for: [ "%s" ], calls-per-second: 5 } ]
              """
                .formatted(pattern, pattern));
    assertEquals(named, quota.quota(caller).isPresent());
    assertEquals(!named, quota.decide(new AskedFacts(caller, ROUTE, Instant.EPOCH)).allowed());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "*                | is every caller with a token; write authenticated",
        "caller:*         | is every caller with a token; write authenticated",
        "*@*.example      | has more than one *",
        "repo:org*        | has a * beside a letter or digit",
        "*corp.example    | has a * beside a letter or digit",
        "q:*@corp.example | GOOD",
        "*@corp.{example} | has a {, which is not a pattern here"
      })
  void aPatternThatSaysTooMuchStopsTheStart(String pattern, String said) {
    var problems =
        problems("rules: [ { allow: [ \"%s\" ], route: WS /ws } ]".formatted(pattern), TOKENS);
    assertEquals(
        said.equals("GOOD") ? List.of() : List.of(true),
        problems.stream().map(it -> it.contains(said)).toList(),
        problems::toString);
  }

  @Test
  void aPatternThatNamesNoIssuersCallersStopsTheStart() {
    var tokens = new TokenNames(true, _ -> true, Set.of("a:", "b:"));
    assertEquals(
        List.of(
            "test.yaml:1: rules.0.allow.0: '*@corp.example' names no caller: it must begin with an"
                + " issuer's caller-prefix, and these are a:, b:"),
        problems("rules: [ { allow: [ \"*@corp.example\" ], route: WS /ws } ]", tokens));
  }

  @Test
  void aRoleIsMappedFromAnyValueOfATokensClaim() {
    var policy =
        policy(
            """
            roles:
              engineers: { groups: [ "Domain Admins", team/ops ], callers: [ bob@x, "*@ops.example" ] }
              named: { callers: [ bob@x ] }
            rules:
              - { allow: [ engineers ], route: WS /ws }
              - { allow: [ named ], route: WS /named }
            """);
    assertEquals(true, allows(policy, "eve@x", "Domain Admins"));
    assertEquals(true, allows(policy, "eve@x", "team/ops"));
    assertEquals(true, allows(policy, "bob@x"));
    assertEquals(true, allows(policy, "eve@ops.example"));
    assertEquals(false, allows(policy, "eve@x", "Domain", "domain admins"));
    // A group that happens to have the role's name is not among those that bring it.
    assertEquals(false, allows(policy, "eve@x", "engineers"));
    var named = new Route(Protocol.WS, "/named");
    assertEquals(
        true,
        policy
            .decide(new AskedFacts(new Caller("eve@x", "i", Set.of("named")), named, Instant.EPOCH))
            .allowed());
  }

  @Test
  void rolesThatNobodyCanHaveStopTheStart() {
    assertEquals(
        List.of(
            "test.yaml:2: roles.a: must have callers, or groups that tokens bring",
            "test.yaml:3: roles.b.groups: 'nowhere' is in no token: no issuer has a roles-claim that could bring it",
            "test.yaml:4: roles.c.members: unknown key",
            "test.yaml:5: roles.d: 'admins' may be a caller or a role in tokens: write"
                + " caller:admins, or groups: [ admins ] as a key of the role"),
        problems(
            """
            roles:
              a: { callers: [] }
              b: { groups: [ nowhere ] }
              c: { callers: [ a@b ], members: [ c@d ] }
              d: [ admins ]
              e: [ "caller:admins" ]
            rules: [ { allow: [ a ], route: WS /ws } ]
            """,
            TOKENS));
  }

  private static boolean allows(Policy policy, String caller, String... roles) {
    return policy
        .decide(new AskedFacts(new Caller(caller, "i", Set.of(roles)), ROUTE, Instant.EPOCH))
        .allowed();
  }

  private static Policy policy(String yaml) {
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var policy =
        PolicyFile.read(configuration.root(), TOKENS)
            .bind(
                yaml.contains("/named")
                    ? Set.of(ROUTE, new Route(Protocol.WS, "/named"))
                    : Set.of(ROUTE));
    configuration.check();
    return policy;
  }

  private static List<String> problems(String yaml, TokenNames tokens) {
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    try {
      var _ = PolicyFile.read(configuration.root(), tokens).bind(Set.of(ROUTE));
      configuration.check();
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
