package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one issuer calls a caller or a role is not another issuer's. */
final class IssuerNamesTest {
  private static final TestIssuer ONE = TestIssuer.good();
  private static final TestIssuer TWO = TestIssuer.other();
  private static final Path ONE_KEYS = ONE.jwksFile();
  private static final Path TWO_KEYS = TWO.jwksFile();

  record Row(String name, String one, String two, List<String> problems) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> choices() {
    var choose =
        "with several issuers that bring roles, each must say which of the policy's roles its tokens may bring: \"%s-\" keeps them apart,"
            + " roles: [ ... ] lists the ones that count, \"\" lets its tokens bring any role";
    return Stream.of(
        row("one brings roles", "roles-claim: groups", ""),
        row(
            "both bring roles and none chooses",
            "roles-claim: groups",
            "roles-claim: groups",
            "issuers.one.roles-prefix: " + choose.formatted("one"),
            "issuers.two.roles-prefix: " + choose.formatted("two")),
        row(
            "one chooses",
            "roles-claim: groups, roles-prefix: \"\"",
            "roles-claim: groups",
            "issuers.two.roles-prefix: " + choose.formatted("two")),
        row(
            "a preset must choose too",
            "roles-claim: groups, roles-prefix: \"\"",
            "preset: google, roles-claim: groups",
            "issuers.two.roles-prefix: " + choose.formatted("two")),
        row(
            "both choose",
            "roles-claim: groups, roles: [ admin ]",
            "roles-claim: groups, roles-prefix: two-"),
        row(
            "a prefix within another",
            "roles-claim: groups, roles-prefix: a-",
            "roles-claim: groups, roles-prefix: a-b-",
            "issuers.two.roles-prefix: begins with that of one, whose roles could have the same names"),
        row(
            "a prefix that no role can have",
            "roles-claim: groups, roles-prefix: \"a:\"",
            "",
            "issuers.one.roles-prefix: must be the start of a role's name: letters, digits, - and _"),
        row(
            "no role counts",
            "roles-claim: groups, roles: []",
            "",
            "issuers.one.roles: must list the roles that count; without roles-claim no role counts"),
        row(
            "nothing brings roles",
            "roles: [ admin ], roles-prefix: a-",
            "",
            "issuers.one.roles-prefix: needs a roles-claim that brings roles",
            "issuers.one.roles: needs a roles-claim that brings roles"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("choices")
  void severalIssuersMustChoose(Row row) {
    var configuration =
        configuration(row.one() + ", caller-prefix: \"\"", row.two() + ", caller-prefix: \"\"");
    var _ = Identity.read(configuration.root());
    var problems = new ArrayList<String>();
    try {
      configuration.check();
    } catch (InvalidConfiguration e) {
      e.problems().stream().map(IssuerNamesTest::text).forEach(problems::add);
    }
    assertEquals(row.problems(), problems);
  }

  @Test
  void aNameWithAnotherIssuersPrefixIsRefused() {
    var tokens = tokens("caller-prefix: \"\"", "caller-prefix: \"a:\"");
    assertEquals(
        "one: its caller has a name that only another issuer may give",
        assertInstanceOf(
                Rejected.class,
                tokens.verify(ONE.token().claim("sub", "a:root").sign(), Optional.empty()))
            .detail());
    assertEquals(
        "a:root",
        assertInstanceOf(
                Verified.class,
                tokens.verify(TWO.token().claim("sub", "root").sign(), Optional.empty()))
            .caller()
            .name());
  }

  @Test
  void aNameThatIsKeptForAnIssuerFromNowOnIsVoidAndOthersStay() {
    var trust = new TrustedIssuers(Clocks.system());
    var before =
        trust.replaceIssuers(identity("caller-prefix: \"\"", "caller-prefix: \"b:\"")).tokens();
    var root = verified(before, "a:root");
    var alice = verified(before, "alice");
    trust.replaceIssuers(identity("caller-prefix: \"\"", "caller-prefix: \"a:\""));
    trust.retireOthers();
    assertTrue(!root.standing().good());
    assertTrue(!root.standing().stillGood());
    assertTrue(alice.standing().good());
  }

  /** A set of issuers as an operator may write it, and what their tokens say. */
  record Names(List<String> prefixes, List<String> rolesPrefixes, List<String> claimed) {}

  @Provide
  Arbitrary<Names> names() {
    var prefix = Arbitraries.of("", "a:", "b:", "a", "a:b:", "A:", "ab");
    var rolesPrefix = Arbitraries.of("", "a-", "b-", "a", "a-b-", "A-");
    var claimed =
        Arbitraries.of(
            "root",
            "a:root",
            "b:root",
            "a:b:root",
            "A:root",
            "aroot",
            "broot",
            ":root",
            "a",
            "a-x",
            "b-x",
            "a-b-x",
            "x",
            "ax",
            "-x",
            "A-x",
            "abroot");
    return Combinators.combine(
            prefix.list().ofSize(2), rolesPrefix.list().ofSize(2), claimed.list().ofSize(4))
        .as(Names::new);
  }

  /** Unless both have the same prefix: the operator said so then. */
  @Property(tries = 600)
  void noTokenBecomesWhatOnlyAnotherIssuersCould(@ForAll("names") Names names) {
    Optional<VerifiedTokens> tokens =
        goodTokens(
            issuer(names.prefixes().get(0), names.rolesPrefixes().get(0)),
            issuer(names.prefixes().get(1), names.rolesPrefixes().get(1)));
    if (tokens.isEmpty()) {
      return;
    }
    var one = given(tokens.get(), ONE, names.claimed());
    var two = given(tokens.get(), TWO, names.claimed());
    if (!names.prefixes().get(0).equals(names.prefixes().get(1))) {
      assertEquals(Set.of(), both(one, two, "caller "), names.toString());
    }
    if (!names.rolesPrefixes().get(0).equals(names.rolesPrefixes().get(1))) {
      assertEquals(Set.of(), both(one, two, "role "), names.toString());
    }
  }

  @Test
  void onlyTheRolesThatAreListedCount() {
    var tokens =
        tokens(
            "caller-prefix: \"\", roles-claim: groups, roles: [ reader ]",
            "caller-prefix: \"b:\", roles-claim: groups, roles: [ admin, reader ], roles-prefix: b-");
    var groups = List.of("admin", "reader", "b-admin");
    assertEquals(Set.of("reader"), roles(tokens, ONE, groups));
    assertEquals(Set.of("b-admin", "b-reader"), roles(tokens, TWO, groups));
  }

  private static Set<String> roles(VerifiedTokens tokens, TestIssuer by, List<String> groups) {
    var token = by.token().claim("groups", groups).sign();
    return assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()))
        .caller()
        .roles();
  }

  private static Set<String> both(Set<String> one, Set<String> two, String kind) {
    var both = new HashSet<>(one);
    both.retainAll(two);
    both.removeIf(name -> !name.startsWith(kind));
    return both;
  }

  private static Set<String> given(VerifiedTokens tokens, TestIssuer by, List<String> claimed) {
    var given = new HashSet<String>();
    for (var name : claimed) {
      var token = TOKENS.computeIfAbsent(by.id() + name, _ -> named(by, name));
      if (tokens.verify(token, Optional.empty()) instanceof Verified verified) {
        given.add("caller " + verified.caller().name());
        verified.caller().roles().forEach(role -> given.add("role " + role));
      }
    }
    return given;
  }

  private static final Map<String, String> TOKENS = new HashMap<>();

  private static String named(TestIssuer by, String name) {
    return by.token().claim("sub", name).claim("groups", List.of(name)).sign();
  }

  private static String issuer(String prefix, String rolesPrefix) {
    return "caller-prefix: \"%s\", roles-claim: groups, roles-prefix: \"%s\""
        .formatted(prefix, rolesPrefix);
  }

  private static Verified verified(VerifiedTokens tokens, String caller) {
    var token = ONE.token().claim("sub", caller).sign();
    return assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
  }

  private static Optional<VerifiedTokens> goodTokens(String one, String two) {
    try {
      return Optional.of(tokens(one, two));
    } catch (InvalidConfiguration e) {
      return Optional.empty();
    }
  }

  private static VerifiedTokens tokens(String one, String two) {
    return new TrustedIssuers(Clocks.system()).replaceIssuers(identity(one, two)).tokens();
  }

  private static Identity identity(String one, String two) {
    var configuration = configuration(one, two);
    var identity = Identity.read(configuration.root());
    configuration.check();
    return identity;
  }

  private static Configuration configuration(String one, String two) {
    var yaml =
        "issuers: { one: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ]%s }, two: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ]%s } }"
            .formatted(
                ONE.id(),
                ONE_KEYS,
                TestIssuer.AUDIENCE,
                more(one),
                TWO.id(),
                TWO_KEYS,
                TestIssuer.AUDIENCE,
                more(two));
    return Configuration.parse("test.yaml", yaml, Map.of(), false);
  }

  private static String more(String keys) {
    var stripped = keys.replaceFirst("^, ", "");
    return stripped.isEmpty() ? "" : ", " + stripped;
  }

  private static String text(ConfigurationProblem problem) {
    return problem.key() + ": " + problem.message();
  }

  private static Row row(String name, String one, String two, String... problems) {
    return new Row(name, one, two, List.of(problems));
  }
}
