package dev.oneport.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Rules with conditions, against what they say in the plainest way. */
final class ConditionalRulesTest {
  private static final Route ROUTE = new Route(Protocol.WS, "/a");

  /** What a condition says of a call. */
  enum Verdict {
    HOLDS,
    HOLDS_NOT,
    FAILS
  }

  /** Conditions and what they say, by the client's address and the caller's claim. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions keep nothing
  enum When {
    ALWAYS("", _ -> Verdict.HOLDS),
    NEAR("request.ip == '::1'", call -> call.near() ? Verdict.HOLDS : Verdict.HOLDS_NOT),
    ON_A_PATH("request.params.id == '1'", _ -> Verdict.FAILS),
    BY_TOKEN("'x' in claims.c", call -> call.claim());

    private final String text;
    private final Function<Call, Verdict> verdict;

    When(String text, Function<Call, Verdict> verdict) {
      this.text = text;
      this.verdict = verdict;
    }
  }

  /**
   * A call.
   *
   * @param name the caller's, empty without a token
   * @param claim what {@link When#BY_TOKEN} says of the token
   */
  record Call(String name, boolean near, Verdict claim) {
    Caller caller() {
      return name.isEmpty()
          ? Caller.ANONYMOUS
          : new Caller(
              name,
              "i",
              Set.of(),
              switch (claim) {
                case HOLDS -> Map.of("c", List.of("x"));
                case HOLDS_NOT -> Map.of("c", List.of("y"));
                case FAILS -> Map.of();
              });
    }
  }

  record Line(boolean denies, String who, When when) {
    String yaml() {
      return "  - { %s: [ %s ], route: WS /a%s }\n"
          .formatted(
              denies ? "deny" : "allow",
              who,
              when == When.ALWAYS ? "" : ", when: \"" + when.text + "\"");
    }

    boolean open() {
      return who.equals("anyone");
    }

    boolean isFor(Call call) {
      return who.equals("authenticated") || who.equals(call.name);
    }
  }

  @Provide
  Arbitrary<List<Line>> lines() {
    return Combinators.combine(
            Arbitraries.of(false, true),
            Arbitraries.of("anyone", "authenticated", "a@x", "b@x"),
            Arbitraries.of(When.values()))
        .as(Line::new)
        .filter(line -> !line.open() || line.when != When.BY_TOKEN)
        .list()
        .ofMaxSize(5);
  }

  @Provide
  Arbitrary<Call> call() {
    return Combinators.combine(
            Arbitraries.of("", "a@x", "b@x"),
            Arbitraries.of(false, true),
            Arbitraries.of(Verdict.values()))
        .as(Call::new);
  }

  @Property(tries = 300)
  void decideAsTheySay(@ForAll("lines") List<Line> lines, @ForAll("call") Call call) {
    var text = lines.stream().map(Line::yaml).collect(Collectors.joining("", "rules:\n", ""));
    var configuration = Configuration.parse("test.yaml", text, Map.of(), false);
    var tokens =
        new TokenNames(
            true,
            _ -> true,
            Set.of(""),
            _ -> true,
            Optional.of(Map.of()),
            TokenNames.CallerCheck.NONE);
    var policy = PolicyFile.read(configuration.root(), tokens).bind(Set.of(ROUTE));
    var facts =
        new AskedFacts(call.caller(), ROUTE, Map.of(), call.near ? "::1" : "::2", Instant.now());
    // Twice: what is known of a token must not change the answer.
    assertEquals(allowed(lines, call), policy.decide(facts).allowed(), text);
    assertEquals(allowed(lines, call), policy.decide(facts).allowed(), text);
  }

  private static boolean allowed(List<Line> lines, Call call) {
    if (any(lines, call, line -> line.denies && line.open() && line.when == When.ALWAYS)
        || any(lines, call, line -> line.denies && line.open())) {
      return false;
    }
    if (any(lines, call, line -> !line.denies && line.open() && line.when == When.ALWAYS)) {
      return true;
    }
    var opening = first(lines, call, line -> !line.denies && line.open());
    if (opening != Verdict.HOLDS_NOT) {
      return opening == Verdict.HOLDS;
    }
    if (call.name.isEmpty() || any(lines, call, line -> line.denies && line.isFor(call))) {
      return false;
    }
    return any(lines, call, line -> !line.denies && line.isFor(call) && line.when == When.ALWAYS)
        || first(lines, call, line -> !line.denies && line.isFor(call)) == Verdict.HOLDS;
  }

  /** Whether one of these lines applies, or cannot be evaluated. */
  private static boolean any(List<Line> lines, Call call, Predicate<Line> which) {
    return lines.stream()
        .filter(which)
        .anyMatch(line -> line.when.verdict.apply(call) != Verdict.HOLDS_NOT);
  }

  /** What the first of these lines says that says something. */
  private static Verdict first(List<Line> lines, Call call, Predicate<Line> which) {
    return lines.stream()
        .filter(which)
        .map(line -> line.when.verdict.apply(call))
        .filter(verdict -> verdict != Verdict.HOLDS_NOT)
        .findFirst()
        .orElse(Verdict.HOLDS_NOT);
  }
}
