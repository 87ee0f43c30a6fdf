package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.server.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller whom no issuer of the file could name stops the start, wherever it stands. */
final class ImpossibleCallersTest {
  private static final String ISSUERS =
      """
      google: { preset: google, audiences: [ me ], caller-prefix: "g:" }
      accounts: { preset: google-service-account, accounts: [ sa@p.example ], audiences: [ me ], caller-prefix: "s:" }
      cluster: { preset: kubernetes, issuer: "https://c.example", audiences: [ me ], caller-prefix: "k:" }
      entra: { preset: entra, tenants: [ 72f988bf-86f1-41af-91ab-2d7cd011db47 ], audiences: [ me ], caller-prefix: "e:" }
      aws: { preset: aws-sts, issuer: "https://a.example", audiences: [ me ], caller-prefix: "aws:" }
      mesh: { preset: spiffe, issuer: "spiffe://corp.example", jwks: pom.xml, audiences: [ me ], caller-prefix: "m:" }
      keys: { kind: api-keys, caller-prefix: "key:", keys: [ "ci sha256:5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b" ] }
      github: { preset: github-actions, audiences: [ me ], caller-prefix: "gh:" }
      gitlab: { preset: gitlab, audiences: [ me ], caller-prefix: "gl:" }
      auth0: { preset: auth0, issuer: "https://t.auth0.example/", audiences: [ me ], caller-prefix: "a0:" }
      pool: { preset: cognito, issuer: "https://pool.example", audiences: [ me ], caller-prefix: "cp:" }
      supa: { preset: supabase, issuer: "https://s.example/auth/v1", audiences: [ me ], caller-prefix: "su:" }
      any: { issuer: "https://o.example", audiences: [ me ], caller-prefix: "o:" }
      mail: { preset: google, issuer: "https://other.example", audiences: [ me ], caller-claim: sub, caller-prefix: "x:" }
      one: { issuer: "https://one.example", audiences: [ me ], require: { sub: [ bob, carol ] }, caller-prefix: "b:" }
      """;

  /** Where callers stand; the caller in place of the percent sign. */
  private static final List<String> PLACES =
      List.of(
          "rules: [ { allow: [ \"%s\" ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ]",
          "rules: [ { allow: authenticated, route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] },"
              + " { deny: [ \"%s\" ], route: WS /ws } ]",
          "roles: { r: [ \"%s\" ] }, rules: [ { allow: r, route: [ HTTP GET /ping, GRPC Echo/*, WS"
              + " /ws ] } ]",
          "roles: { r: { callers: [ \"%s\" ] } }, rules: [ { allow: r, route: [ HTTP GET /ping,"
              + " GRPC Echo/*, WS /ws ] } ]",
          "rules: [ { allow: authenticated, route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ],"
              + " quotas: [ { for: [ \"%s\" ], calls-per-second: 1 } ]",
          "rules: [ { allow: authenticated, route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ],"
              + " shadow: { rules: [ { allow: [ \"%s\" ], route: WS /ws } ] }");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alice@example.com|must begin with an issuer's caller-prefix, and these are a0:, aws:, b:, cp:, e:, g:,",
        "exact:alice@example.com|must begin with an issuer's caller-prefix",
        "G:alice@example.com|must begin with an issuer's caller-prefix",
        "caller:alice|must begin with an issuer's caller-prefix",
        "*@example.com|must begin with an issuer's caller-prefix",
        "g:alice|must look like a caller of an issuer, such as g:alice@example.com",
        "g:alice@example.com@x|such as g:alice@example.com",
        "g:|such as g:alice@example.com",
        "s:other@p.example|such as s:sa@p.example",
        "k:system:serviceaccounts:prod:cart|such as k:system:serviceaccount:NAMESPACE:NAME",
        "k:system:serviceaccount:prod|such as k:system:serviceaccount:NAMESPACE:NAME",
        "e:alice@corp.example|such as e:72f988bf",
        "e:72F988BF-86f1-41af-91ab-2d7cd011db47|such as e:72f988bf",
        "aws:role/x|such as aws:arn:aws:iam",
        "m:spiffe://other.example/x|such as m:spiffe://corp.example/PATH",
        "m:spiffe://corp.example|such as m:spiffe://corp.example/PATH",
        "key:a b|such as key:billing",
        "gh:my-org/my-app|such as gh:repo:ORG/NAME:ref:refs/heads/main",
        "gh:repo:my-org|such as gh:repo:ORG/NAME",
        "gh:repo:my-org/my-app:refs/heads/main|such as gh:repo:ORG/NAME:ref:refs/heads/main",
        "gh:octocat|such as gh:repo:ORG/NAME",
        "gh:my-org/*|such as gh:repo:ORG/NAME",
        "gl:group/project|such as gl:project_path:GROUP/PROJECT:ref_type:branch:ref:main",
        "gl:project_path:group|such as gl:project_path:GROUP/PROJECT",
        "gl:project_path:group/project:main|such as gl:project_path:GROUP/PROJECT",
        "gl:group/*|such as gl:project_path:GROUP/PROJECT",
        "a0:alice@example.com|such as a0:auth0",
        "cp:alice@example.com|such as cp:1h57kf5",
        "su:alice@example.com|such as su:9f0b5a7e",
        "g:SA@p.iam.gserviceaccount.com|such as g:alice@example.com",
        "k:system:serviceaccounts:prod:*|such as k:system:serviceaccount:NAMESPACE:NAME",
        "m:spiffe://other.example/*|such as m:spiffe://corp.example/PATH",
        "e:alice@*|such as e:72f988bf",
        "e:*@corp.example|such as e:72f988bf",
        "e:72f988bf-86f1-*-41af-91ab-2d7cd011db47|such as e:72f988bf",
        "s:*@other.example|such as s:sa@p.example",
        "k:system:serviceaccount:*:prod:cart|such as k:system:serviceaccount:NAMESPACE:NAME",
        "k:*@corp.example|such as k:system:serviceaccount:NAMESPACE:NAME",
        "g:alice@*@corp.example|such as g:alice@example.com",
        "m:*:x|such as m:spiffe://corp.example/PATH",
        "b:alice|such as b:bob",
        "b:*.x|such as b:bob",
        "'exact:o:bob '|must not begin or end with a blank",
      })
  void aCallerOfNoIssuerStopsTheStart(String caller, String problem) {
    for (var place : PLACES) {
      var problems = problems(place.replace("%s", caller));
      assertTrue(
          problems.stream()
              .anyMatch(it -> it.contains(" names no caller: it ") && it.contains(problem)),
          () -> place + ": " + problems);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "g:alice@example.com",
        "exact:g:alice@example.com",
        "caller:g:alice@example.com",
        "g:*@example.com",
        "s:sa@p.example",
        "k:system:serviceaccount:prod:cart",
        "k:system:serviceaccount:prod:*",
        "e:72f988bf-86f1-41af-91ab-2d7cd011db47",
        "aws:arn:aws:iam::1:role/x",
        "m:spiffe://corp.example/ns/prod",
        "key:ci",
        "gh:repo:my-org/my-app",
        "gh:repo:my-org/my-app:ref:refs/heads/main",
        "gh:repo:my-org/my-app:pull_request",
        "gh:repo:my-org/my-app:environment:Prod EU",
        "gh:repo:my-org@123456/my-app@456789:ref:refs/heads/main",
        "gh:repository_owner:my-org:repository_visibility:private",
        "gh:repo:my-org/*",
        "gh:repo:my-org/*:ref:refs/heads/main",
        "gl:project_path:group/sub/project:ref_type:branch:ref:main",
        "gl:project_path:group/*",
        "gl:4711",
        "a0:auth0|507f",
        "a0:google-oauth2|*",
        "a0:b4Qdy@clients",
        "cp:1h57kf5cpq17m0eml12EXAMPLE",
        "su:9f0b5a7e-2f3d-4c5b-8a69-0e1d2c3b4a5f",
        "g:sa@p.iam.gserviceaccount.com",
        "g:Alice@example.com",
        "k:system:serviceaccount:*",
        "m:spiffe://corp.example/ns/*",
        "key:one-that-is-added-later",
        "o:anything at all",
        "o:*/x",
        "e:72f988bf-*",
        "e:*-2d7cd011db47",
        "s:*@p.example",
        "k:*:cart",
        "k:system:serviceaccount:*:cart",
        "k:system:serviceaccount:prod:web-*",
        "aws:*:role/x",
        "aws:arn:aws:sts::1:assumed-role/x/*",
        "gh:*:environment:prod",
        "gh:repo:my-org/my-app:*",
        "gh:repo:my-org/my-app:ref:refs/tags/*",
        "gh:*/my-app:pull_request",
        "gl:*:ref:main",
        "a0:*@clients",
        "m:*/web",
        "g:svc-*@p.iam.gserviceaccount.com",
        "g:*.example",
        "b:carol",
        "x:1234567890",
      })
  void aPossibleCallerDoesNot(String caller) {
    for (var place : PLACES) {
      assertEquals(List.of(), problems(place.replace("%s", caller)), place);
    }
  }

  private static List<String> problems(String policy) {
    var yaml = "identity:\n  issuers:\n" + ISSUERS.indent(4) + "policy: { " + policy + " }\n";
    try {
      var _ =
          Plan.read(
              Configuration.parse("test.yaml", yaml, Map.of(), false),
              List.of(new EchoService()),
              Optional.empty());
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
