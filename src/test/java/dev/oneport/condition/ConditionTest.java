package dev.oneport.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConditionTest {
  private static final Caller ALICE =
      new Caller(
          "alice@example.com",
          "corp",
          Set.of("engineer"),
          Map.of(
              "tenant_id",
              "acme",
              "email_verified",
              true,
              "address",
              Map.of("country", "de"),
              "amr",
              List.of("pwd", "mfa"),
              "level",
              3L,
              "realm_access.roles",
              List.of("ops")));

  private static final Facts FACTS =
      new Facts() {
        @Override
        public Caller caller() {
          return ALICE;
        }

        @Override
        public Route route() {
          return new Route(Protocol.HTTP, "GET /tenants/{id}");
        }

        @Override
        public String method() {
          return "GET";
        }

        @Override
        public Map<String, String> parameters() {
          return Map.of("id", "acme");
        }

        @Override
        public String address() {
          return "10.1.2.3";
        }

        @Override
        public Instant now() {
          return Instant.parse("2026-11-29T10:00:00Z");
        }
      };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "caller.name == 'alice@example.com'",
        "caller.name.endsWith('@example.com')",
        "caller.issuer in ['corp', 'partner']",
        "'engineer' in caller.roles",
        "caller.roles.exists(r, r.startsWith('eng'))",
        "request.params.id == claims.tenant_id",
        "claims['tenant_id'] == 'acme' && 'ops' in claims['realm_access.roles']",
        "has(claims.tenant_id) && !has(claims.other)",
        "'mfa' in claims.amr",
        "claims.email_verified && claims.email_verified == true",
        "claims.address.country == 'de' && !has(claims.address.city)",
        "claims.level >= 3 && claims.level == 3",
        "request.protocol == 'HTTP' && request.method == 'GET'",
        "request.route == 'HTTP GET /tenants/{id}'",
        "cidr('10.0.0.0/8').containsIP(request.ip)",
        "!cidr('2001:db8::/32').containsIP(request.ip)",
        "['192.0.2.0/24', '10.1.0.0/16'].exists(n, cidr(n).containsIP(request.ip))",
        "now > timestamp('2026-01-01T00:00:00Z') && now.getHours('Europe/Berlin') == 11",
        "claims.tenant_id.matches('^a.*e$') && claims.tenant_id in ['x', 'acme']",
        "now < timestamp('2026-11-29T09:00:00Z') + duration('2h')",
        "'x' in claims.other || caller.issuer == 'corp'",
      })
  void holds(String text) throws Exception {
    assertTrue(Condition.compile(text).holds(FACTS));
    assertFalse(Condition.compile("!(" + text + ")").holds(FACTS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'x' in claims.other               | attribute not found
          claims.amr.size() == 2 && 'x' in claims.no  | attribute not found
          int(claims.tenant_id) == 1        | bad format
          claims.level / 0 == 1             | divide by zero
          claims.tenant_id                  | neither true nor false
          claims.tenant_id == 3             | overload not found
          claims.amr == 'mfa'               | overload not found
          claims.amr != 'mfa'               | overload not found
          claims.level == '3'               | overload not found
          claims.level > 'a'                | overload not found
          'acme' in claims.tenant_id        | overload not found
          claims.level in ['3']             | overload not found
          claims.amr.startsWith('m')        | overload not found
          claims.address == 'de'            | overload not found
          claims.email_verified == 'true'   | overload not found
          claims.email_verified != 'false'  | overload not found
          claims.amr[7] == 'x'              | index out of bounds
          """)
  void cannotBeSaid(String text, String why) throws Exception {
    var condition = Condition.compile(text);
    var failure = assertThrows(ConditionFailure.class, () -> condition.holds(FACTS));
    assertEquals(why, failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          caller.nme == 'x'                     | line 1, column 1: undeclared reference to 'caller'; there are caller.name, caller.issuer
          request.path == '/x'                  | undeclared reference
          caller.name                           | bool
          caller.name == 3                      | no matching overload
          caller.name ==                        | line 1, column 15
          cidr('10.0.0.0/40').containsIP(request.ip)  | '10.0.0.0/40' must end in a prefix length
          cidr('10.0.0.1/8').containsIP(request.ip)   | has bits set
          cidr('here').containsIP(request.ip)   | 'here' is not an address range
          caller.name.matches('(')              | '(' is not a regular expression of RE2
          caller.name.matches('(?=x)')          | RE2
          """)
  void isRefused(String text, String why) {
    var refused = assertThrows(InvalidCondition.class, () -> Condition.compile(text));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  @Test
  void theLineIsThatOfTheExpression() {
    var refused =
        assertThrows(
            InvalidCondition.class,
            () -> Condition.compile("caller.issuer == 'corp'\n  && claim.x == 1"));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("line 2, column 6: "),
        refused.getMessage());
  }

  @Test
  void itsSizeIsBounded() {
    var many = String.join(" || ", Collections.nCopies(1_000, "caller.name == 'x'"));
    assertThrows(InvalidCondition.class, () -> Condition.compile(many));
    var deep = "(".repeat(200) + "true" + ")".repeat(200);
    assertThrows(InvalidCondition.class, () -> Condition.compile(deep));
  }

  @Test
  void whatItDoesIsBounded() throws Exception {
    var all = "[1,2,3,4,5,6,7,8,9,10]";
    var text =
        "%s.all(a, %s.all(b, %s.all(c, %s.all(d, a + b + c + d > 0))))"
            .formatted(all, all, all, all);
    var condition = Condition.compile(text);
    var failure = assertThrows(ConditionFailure.class, () -> condition.holds(FACTS));
    assertEquals("iteration budget exceeded", failure.getMessage());
  }

  @Test
  void itKnowsWhatItAsksAbout() throws Exception {
    var ofToken = Condition.compile("'x' in claims.a && has(claims.b) && 'y' in claims['c.d']");
    assertEquals(Set.of("a", "b", "c.d"), ofToken.mentions().claims());
    assertTrue(ofToken.asksAboutCaller());
    assertFalse(ofToken.asksAboutCall());
    var ofCall = Condition.compile("cidr('10.0.0.0/8').containsIP(request.ip)");
    assertTrue(ofCall.asksAboutCall());
    assertFalse(ofCall.asksAboutCaller());
    assertTrue(Condition.compile("now > timestamp('2026-01-01T00:00:00Z')").asksAboutCall());
  }
}
