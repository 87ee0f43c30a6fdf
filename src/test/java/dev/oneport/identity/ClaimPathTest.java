package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims wherever a token has them: nested, in lists, with dots in their names. */
final class ClaimPathTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  /** The claims of a token beside those that every token has. */
  private static final String CLAIMS =
      """
      {"realm_access":{"roles":["admin","user"]},
       "resource_access":{"my-app":{"roles":["writer"]},"my.app":{"roles":["dotted"]}},
       "https://corp.example/roles":["reader"],
       "https://corp":{"example/roles":["other"]},
       "a.b":"top","a":{"b":"nested","c":"deep"},
       "scope":"read  write","scp":["x y","z"],"spaced":"read write","nested":{"scp":"p q"},
       "groups":[{"name":"g1","id":1},{"name":"g2"},"g3",["g4"]],
       "emails":["first@corp.example","second@corp.example"],"one":["only"],
       "mixed":["m1",5,null,{"x":1},true],"number":7,"null":null,"blank":" ",
       "ids":{"0":"zero"},
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sub | 1234567890",
        "a.c | deep",
        "a.b | top",
        "[a].b | nested",
        "[a][b] | nested",
        "exact:a.b | top",
        "emails.0 | first@corp.example",
        "emails[1] | second@corp.example",
        "one.0 | only",
        "ids.0 | zero",
        "groups.0.name | g1",
        "[ nowhere, sub ] | 1234567890",
        "[ nowhere.at.all, a.c, sub ] | deep",
        "emails | INVALID: test: its claim emails, which names the caller, is not a string",
        "one | INVALID: test: its claim one, which names the caller, is not a string",
        "groups.name | INVALID: test: its claim groups.name, which names the caller, has several"
            + " values",
        "emails.2 | INVALID: test: it has no claim emails.2, which names the caller",
        "emails.99999 | INVALID: test: it has no claim emails.99999, which names the caller",
        "number | INVALID: test: its claim number, which names the caller, is not a string",
        "null | INVALID: test: its claim null, which names the caller, is not a string",
        "blank | INVALID: test: its claim blank is empty",
        "a | INVALID: test: its claim a, which names the caller, is not a string",
        "a.x | INVALID: test: it has no claim a.x, which names the caller",
        "sub.x | INVALID: test: it has no claim sub.x, which names the caller: its claim sub is not"
            + " an object",
        "a.c.x | INVALID: test: it has no claim a.c.x, which names the caller: its claim a.c is not"
            + " an object",
        "[ number, sub ] | INVALID: test: its claim number, which names the caller, is not a"
            + " string",
        "[ x, y.z ] | INVALID: test: it has none of the claims x, y.z, which name the caller",
      })
  void theCallerIsNamedByTheFirstClaimThatIsThere(String claim, String caller) {
    assertEquals(caller, said("caller-claim: " + quoted(claim), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "realm_access.roles | [admin, user]",
        "resource_access.my-app.roles | [writer]",
        "resource_access[my.app].roles | [dotted]",
        "resource_access.[my.app].roles | [dotted]",
        "[https://corp.example/roles] | [reader]",
        "https://corp.example/roles | [reader]",
        "scope | [read, write]",
        "scp | [x, y, z]",
        "nested.scp | [p, q]",
        "spaced | [read write]",
        "groups.name | [g1, g2]",
        "groups | [g3]",
        "mixed | [m1]",
        "[ realm_access.roles, scope, nowhere ] | [admin, read, user, write]",
        "number | []",
        "realm_access | []",
        "sub.x | []",
        "nowhere | []",
      })
  void rolesAreFoundWhereverTheyAre(String claim, String roles) {
    assertEquals(roles, said("caller-claim: sub, roles-claim: " + quoted(claim), true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a. | is not a claim such as",
        ".a | is not a claim such as",
        "a..b | is not a claim such as",
        "[] | has a [, which is not a pattern here",
        "a[b | has a [, which is not a pattern here",
        "a*.b | has a *, which is not a pattern here",
        "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q | is not a claim such as",
      })
  void whatIsNoPathStopsTheStart(String claim, String problem) {
    for (var key : new String[] {"caller-claim", "roles-claim", "audience-claim"}) {
      var yaml = yaml(key + ": \"" + claim + "\"");
      var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
      var _ = Identity.read(configuration.root());
      var wrong = assertThrows(InvalidConfiguration.class, configuration::check);
      var said = wrong.problems().getFirst();
      assertEquals("issuers.test." + key, said.key());
      assertEquals(true, said.message().contains(problem), said::message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
  void whatIsNestedTooDeeplyIsRefused(String open) {
    var depth = 3_000;
    var close = open.replace("\"a\":", "").replace("[", "]").replace("{", "}");
    var ends = new StringBuilder(close).reverse().toString();
    var nested = "{\"a\":" + open.repeat(depth) + "1" + ends.repeat(depth) + ",";
    var token = ISSUER.token().claimsText(it -> it.replaceFirst("\\{", nested)).sign();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertEquals(
                "INVALID: its claims part is not a JSON object",
                said("caller-claim: a.a.a.a.a.a", token, false)));
  }

  @ParameterizedTest
  @CsvSource({"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "a.0.a.0.a.0.a.0.a.0.a.0.a.0.a.0"})
  void aTokenOfManyListsTakesNoLongTime(String path) {
    var items = "{\"a\":[" + "{\"a\":1},".repeat(2_000) + "{\"a\":1}]},";
    var all = "{\"a\":[" + items.substring(0, items.length() - 1) + "],";
    var token = ISSUER.token().claimsText(it -> it.replaceFirst("\\{", all)).sign();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertEquals("[]", said("caller-claim: sub, roles-claim: " + path, token, true)));
  }

  private static String quoted(String claim) {
    if (!claim.startsWith("[ ")) {
      return "\"" + claim + "\"";
    }
    return claim;
  }

  private static String yaml(String claims) {
    return "issuers: { test: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ], %s } }"
        .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, claims);
  }

  private static String said(String claims, boolean roles) {
    var token =
        ISSUER.token().claimsText(it -> it.replaceFirst("\\{", CLAIMS.replace("\n", ""))).sign();
    return said(claims, token, roles);
  }

  /** The caller or the roles that a token brings, or why it is refused. */
  private static String said(String claims, String token, boolean roles) {
    var configuration = Configuration.parse("test.yaml", yaml(claims), Map.of(), false);
    var tokens =
        new TrustedIssuers(Clocks.system())
            .replaceIssuers(Identity.read(configuration.root()))
            .tokens();
    configuration.check();
    return switch (tokens.verify(token, Optional.empty())) {
      case Verified(var caller, _, _, _, _, _) ->
          roles ? new TreeSet<>(caller.roles()).toString() : caller.name();
      case Rejected(var problem, var detail, _) -> problem + ": " + detail;
    };
  }
}
