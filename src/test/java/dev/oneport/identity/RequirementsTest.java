package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims that tokens must have, and issuers that only these tell apart. */
final class RequirementsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hd: corp.example | \"hd\":\"corp.example\" | good",
        "hd: corp.example | \"hd\":[\"x\",\"corp.example\"] | good",
        "hd: corp.example | \"hd\":\"Corp.example\" | a: its claim hd does not have a required"
            + " value",
        "hd: corp.example | \"hd\":\"corp.example \" | a: its claim hd does not have a required"
            + " value",
        "hd: corp.example | \"hd\":{\"corp.example\":1} | a: its claim hd does not have a required"
            + " value",
        "hd: corp.example | \"hd\":null | a: its claim hd does not have a required value",
        "hd: corp.example | \"x\":1 | a: it lacks the required claim hd",
        "tid: [ one, two ] | \"tid\":\"two\" | good",
        "tid: [ one, two ] | \"tid\":\"three\" | a: its claim tid does not have a required value",
        "verified: true | \"verified\":true | good",
        "verified: true | \"verified\":\"true\" | good",
        "verified: true | \"verified\":false | a: its claim verified does not have a required"
            + " value",
        "level: 5 | \"level\":5 | good",
        "level: 5 | \"level\":50 | a: its claim level does not have a required value",
        "a.b: c | \"a\":{\"b\":\"c\"} | good",
        "a.b: c | \"a.b\":\"c\" | good",
        "a.b: c | \"a\":\"b\" | a: it lacks the required claim a.b",
        "'\"[x.example/tenant]\": t' | \"x.example/tenant\":\"t\" | good",
        "'hd: corp.example, tid: one' | \"hd\":\"corp.example\",\"tid\":\"one\" | good",
        "'hd: corp.example, tid: one' | \"hd\":\"corp.example\" | a: it lacks the required claim"
            + " tid",
      })
  void aTokenNeedsEachOfThem(String require, String claims, String said) {
    assertEquals(said, said(issuer("a", "require: { " + require + " }"), claims));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hd: [] | issuers.a.require.hd | must say which values are accepted",
        "hd: \"*.example\" | issuers.a.require.hd | has a *, which is not a pattern here",
        "hd: { a: b } | issuers.a.require.hd | must be a list",
        "a..b: c | issuers.a.require.a..b | is not a claim such as",
      })
  void whatCannotBeTrueStopsTheStart(String require, String key, String problem) {
    var wrong = problems(issuer("a", "require: { " + require + " }"));
    assertEquals(key, wrong.getFirst().key());
    assertEquals(true, wrong.getFirst().message().contains(problem), wrong::toString);
  }

  private static final String IDS = "require: { token_use: id }";
  private static final String ACCESS = "require: { token_use: access }";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"token_use\":\"id\" | a",
        "\"token_use\":\"access\" | b",
        "\"token_use\":\"other\" | a: its claim token_use does not have a required value; b: its"
            + " claim token_use does not have a required value",
        "\"x\":1 | a: it lacks the required claim token_use; b: it lacks the required claim"
            + " token_use",
        "\"token_use\":[\"id\",\"access\"] | a, b: it could be a token of each",
      })
  void issuersThatShareANameAreToldApartByWhatTheyRequire(String claims, String said) {
    assertEquals(said, said(issuer("a", IDS) + ", " + issuer("b", ACCESS), claims));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"aud\":\"one\" | a",
        "\"aud\":\"two\" | b",
        "\"aud\":[\"x\",\"two\"] | b",
        "\"aud\":[\"one\",\"two\"] | a, b: it could be a token of each",
        "\"aud\":\"three\" | a: it is meant for another audience; b: it is meant for another"
            + " audience",
      })
  void issuersThatShareANameAreToldApartByTheirAudiences(String claims, String said) {
    assertEquals(said, said(issuer("a", "", "one") + ", " + issuer("b", "", "two"), claims));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | ''",
        "require: { token_use: id } | ''",
        "require: { token_use: [ id, access ] } | require: { token_use: access }",
        "require: { hd: x } | require: { tid: x }",
        "header: x-other | ''",
        "audience-claim: client_id | ''",
      })
  void issuersThatCouldBothTakeOneTokenStopTheStart(String first, String second) {
    var wrong = problems(issuer("a", first) + ", " + issuer("b", second));
    assertEquals(
        "[test.yaml:1: issuers.b.issuer: is the issuer of a already, and neither their audiences"
            + " nor a claim that both require tells their tokens apart]",
        wrong.toString());
  }

  private static String issuer(String name, String more) {
    return issuer(name, more, TestIssuer.AUDIENCE);
  }

  private static String issuer(String name, String more, String audience) {
    return "%s: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ], caller-prefix: \"%s:\" %s }"
        .formatted(
            name,
            ISSUER.id(),
            ISSUER.jwksFile(),
            audience,
            name,
            more.isEmpty() ? "" : ", " + more);
  }

  private static List<ConfigurationProblem> problems(String issuers) {
    var yaml = "issuers: { " + issuers + " }";
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var _ = Identity.read(configuration.root());
    return assertThrows(InvalidConfiguration.class, configuration::check).problems();
  }

  /** Which issuer takes a token that has these claims too, or why none does. */
  private static String said(String issuers, String claims) {
    var yaml = "issuers: { " + issuers + " }";
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var tokens =
        new TrustedIssuers(Clocks.system())
            .replaceIssuers(Identity.read(configuration.root()))
            .tokens();
    configuration.check();
    var builder = claims.contains("\"aud\"") ? ISSUER.token().without("aud") : ISSUER.token();
    var token = builder.claimsText(it -> it.replaceFirst("\\{", "{" + claims + ",")).sign();
    return switch (tokens.verify(token, Optional.empty())) {
      case Verified(var caller, _, _, _, _, _) ->
          issuers.contains(", b:") ? caller.issuer() : "good";
      case Rejected(_, var detail, _) -> detail;
    };
  }
}
