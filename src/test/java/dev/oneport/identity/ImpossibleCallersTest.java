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
      any: { issuer: "https://o.example", audiences: [ me ], caller-prefix: "o:" }
      mail: { preset: google, issuer: "https://other.example", audiences: [ me ], caller-claim: sub, caller-prefix: "x:" }
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
        "alice@example.com|must begin with an issuer's caller-prefix, and these are aws:, e:, g:, k:,",
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
        "'o:bob '|must not begin or end with a blank",
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
        "key:one-that-is-added-later",
        "o:anything at all",
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
