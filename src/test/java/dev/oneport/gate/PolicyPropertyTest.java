package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Caller;
import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import dev.oneport.policy.Policy;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.RoutePattern;
import dev.oneport.policy.Rule;
import dev.oneport.policy.TokenNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The policy as it is read from a file, against what its rules say in the plainest way. */
final class PolicyPropertyTest {
  private static final List<String> ROUTES =
      List.of(
          "HTTP GET /a",
          "HTTP GET /a/b",
          "HTTP POST /a",
          "HTTP GET /a/b/c",
          "GRPC S/A",
          "GRPC S/B",
          "GRPC p.S/A",
          "WS /a",
          "WS /b");
  private static final List<String> PATTERNS =
      List.of("HTTP GET /a/*", "HTTP GET /*", "HTTP GET /a/b/*", "GRPC S/*", "GRPC p.S/*", "WS /*");
  private static final List<String> CALLERS = List.of("a@x", "b@x", "p:a@x", "p:n:b");
  private static final List<String> CALLER_PATTERNS = List.of("*@x", "p:*@x", "p:n:*", "p:*");
  private static final List<String> GROUPS = List.of("G 1", "team/ops");
  private static final List<String> ROLES = List.of("r1", "r2");

  /** A role, in the short form where it names no groups. */
  record Members(Set<String> callers, Set<String> groups) {
    boolean have(String role, Caller caller) {
      return callers.stream().anyMatch(it -> names(it, caller.name()))
          || (groups.isEmpty() ? Set.of(role) : groups).stream().anyMatch(caller.roles()::contains);
    }

    String yaml() {
      var list = "[" + quoted(callers) + "]";
      return groups.isEmpty()
          ? list
          : "{ callers: " + list + ", groups: [" + quoted(groups) + "] }";
    }
  }

  record Line(boolean denies, Set<String> subjects, Set<String> routes) {}

  @Provide
  Arbitrary<List<Line>> lines() {
    var subjects = new ArrayList<>(CALLERS);
    subjects.addAll(CALLER_PATTERNS);
    subjects.addAll(ROLES);
    subjects.add("authenticated");
    var some = Arbitraries.of(subjects).set().ofMinSize(1).ofMaxSize(3);
    var allow = Arbitraries.oneOf(some, Arbitraries.just(Set.of("anyone")));
    var routes = new ArrayList<>(ROUTES);
    routes.addAll(PATTERNS);
    var about = Arbitraries.of(routes).set().ofMinSize(1).ofMaxSize(3);
    var denies = Arbitraries.frequency(Tuple.of(3, false), Tuple.of(1, true));
    return Combinators.combine(denies, allow, about).as(Line::new).list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<Map<String, Members>> members() {
    var callers = new ArrayList<>(CALLERS);
    callers.addAll(CALLER_PATTERNS);
    var members =
        Combinators.combine(
                Arbitraries.of(callers).set().ofMaxSize(3), Arbitraries.of(GROUPS).set())
            .as(Members::new);
    return Arbitraries.maps(Arbitraries.of(ROLES), members).ofSize(ROLES.size());
  }

  @Provide
  Arbitrary<Caller> caller() {
    var known =
        Combinators.combine(
                Arbitraries.of(CALLERS), Arbitraries.of("r1", "r2", "G 1", "team/ops").set())
            .as((name, roles) -> new Caller(name, "i", roles));
    return Arbitraries.oneOf(known, Arbitraries.just(Caller.ANONYMOUS));
  }

  @Property
  void decidesAsTheRulesSay(
      @ForAll("lines") List<Line> lines,
      @ForAll("members") Map<String, Members> members,
      @ForAll("caller") Caller caller) {
    var policy = policy(lines, members);
    for (var name : ROUTES) {
      var route = RoutePattern.parse(name).map(RoutePattern::route).orElseThrow();
      var about = about(lines, name);
      var closed = first(about, members, line -> line.denies() && isOpen(line));
      var open = first(about, members, line -> !line.denies() && isOpen(line));
      var denied = first(about, members, line -> line.denies() && isFor(line, caller, members));
      var allowed = first(about, members, line -> !line.denies() && isFor(line, caller, members));
      var expected =
          closed
              .map("denied by "::concat)
              .or(() -> open.map("allowed by "::concat))
              .or(() -> denied.map("denied by "::concat))
              .or(() -> allowed.map("allowed by "::concat));
      var verdict = policy.decide(new AskedFacts(caller, route, Instant.EPOCH));
      assertEquals(
          expected.orElse("denied"),
          (verdict.allowed() ? "allowed" : "denied")
              + verdict.rule().map(rule -> " by " + rule.place()).orElse(""),
          name + " by " + caller + " with " + lines + members);
      assertEquals(
          closed.isPresent() ? Optional.empty() : open, policy.open(route).map(Rule::place));
    }
  }

  /** The lines, with empty ones in place of those about other routes. */
  private static List<Line> about(List<Line> lines, String name) {
    return lines.stream()
        .map(line -> about(line, name) ? line : new Line(line.denies(), Set.of(), Set.of()))
        .toList();
  }

  /** Where the first of them stands: the rules follow the roles, a line each. */
  private static Optional<String> first(
      List<Line> lines, Map<String, Members> members, Predicate<Line> which) {
    return IntStream.range(0, lines.size())
        .filter(i -> which.test(lines.get(i)))
        .mapToObj(i -> "test.yaml:" + (i + members.size() + 3))
        .findFirst();
  }

  private static boolean about(Line line, String name) {
    return line.routes().stream()
        .anyMatch(
            pattern ->
                pattern.equals(name)
                    || (pattern.endsWith("/*")
                        && name.matches(
                            "\\Q" + pattern.substring(0, pattern.length() - 1) + "\\E[^/]+")));
  }

  /** A star stands for some text, but not for a part of the prefix {@code p:}. */
  private static boolean names(String text, String name) {
    return text.startsWith("p:") == name.startsWith("p:")
        && name.matches(
            Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".+")));
  }

  private static boolean isOpen(Line line) {
    return line.subjects().contains("anyone");
  }

  private static boolean isFor(Line line, Caller caller, Map<String, Members> members) {
    var goesBy = new HashSet<String>();
    if (!caller.anonymous()) {
      goesBy.add("authenticated");
      goesBy.add(caller.name());
      CALLER_PATTERNS.stream().filter(it -> names(it, caller.name())).forEach(goesBy::add);
      members.forEach(
          (role, who) -> {
            if (who.have(role, caller)) {
              goesBy.add(role);
            }
          });
    }
    return line.subjects().stream().anyMatch(goesBy::contains);
  }

  private static Policy policy(List<Line> lines, Map<String, Members> members) {
    var yaml = new StringBuilder("roles:\n");
    members.forEach(
        (role, who) -> yaml.append("  ").append(role).append(": ").append(who.yaml()).append("\n"));
    yaml.append("rules:\n");
    lines.forEach(
        line ->
            yaml.append(line.denies() ? "  - { deny: [" : "  - { allow: [")
                .append(quoted(line.subjects()))
                .append("], route: [")
                .append(quoted(line.routes()))
                .append("] }\n"));
    var configuration = Configuration.parse("test.yaml", yaml.toString(), Map.of(), false);
    var mounted =
        ROUTES.stream()
            .map(name -> RoutePattern.parse(name).map(RoutePattern::route).orElseThrow())
            .collect(Collectors.toSet());
    return PolicyFile.read(configuration.root(), new TokenNames(true, _ -> true, Set.of("", "p:")))
        .bind(mounted);
  }

  private static String quoted(Set<String> texts) {
    return texts.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(", "));
  }
}
