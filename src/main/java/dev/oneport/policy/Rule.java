package dev.oneport.policy;

import dev.oneport.api.Route;
import dev.oneport.condition.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the policy: it allows or denies callers some routes.
 *
 * @param denies whether it denies the calls, even if other rules allow them
 * @param subjects the callers that it is for
 * @param issuers the issuers whose credentials decide on its routes, by their names in callers;
 *     empty if it does not say
 * @param when the condition under which it applies; empty if it always does
 * @param shadow whether it only logs its verdict and decides nothing
 * @param place its file and line
 */
public record Rule(
    boolean denies,
    Set<Subject> subjects,
    List<RoutePattern> routes,
    Set<String> issuers,
    Optional<Condition> when,
    boolean shadow,
    String place) {
  /** Between the subjects and the issuers that decide. */
  static final String BY = " by credential of ";

  public Rule {
    subjects = Set.copyOf(subjects);
    routes = List.copyOf(routes);
    issuers = Set.copyOf(issuers);
  }

  /**
   * The same rule as several, so that each role that has a condition stands in one of its own, with
   * that condition; in the order of the roles' names, because the first that holds or fails counts.
   */
  List<Rule> apart(Map<String, RoleDefinition> roles) {
    var conditional = new LinkedHashMap<Subject, Condition>();
    for (var subject : subjects.stream().sorted(Comparator.comparing(Subject::toString)).toList()) {
      if (subject instanceof Subject.Role(var name) && roles.containsKey(name)) {
        roles.get(name).when().ifPresent(condition -> conditional.put(subject, condition));
      }
    }
    if (conditional.isEmpty()) {
      return List.of(this);
    }
    var rules = new ArrayList<Rule>();
    var others = new HashSet<>(subjects);
    others.removeAll(conditional.keySet());
    if (!others.isEmpty()) {
      rules.add(with(others, when));
    }
    conditional.forEach(
        (subject, condition) ->
            rules.add(
                with(
                    Set.of(subject),
                    Optional.of(when.map(own -> own.and(condition)).orElse(condition)))));
    return rules;
  }

  private Rule with(Set<Subject> some, Optional<Condition> condition) {
    return new Rule(denies, some, routes, issuers, condition, shadow, place);
  }

  /** The file's name and the line, without folders, which are for operators only. */
  public String shortPlace() {
    return place.substring(place.lastIndexOf('/') + 1);
  }

  /** The subjects as written, after {@code deny:} if the rule denies; then its restrictions. */
  public String subjectText() {
    var all = subjects.stream().map(Subject::toString).sorted().collect(Collectors.joining(", "));
    return (denies ? "deny: " + all : all) + restrictions();
  }

  /** The issuers that decide, and its condition after {@code when}; empty if it has neither. */
  String restrictions() {
    var by = issuers.stream().sorted().collect(Collectors.joining(", "));
    return (by.isEmpty() ? "" : BY + by) + when.map(condition -> " when " + condition).orElse("");
  }

  /** Whether it is for this caller by its token or, if null, for everybody without one. */
  boolean isFor(@Nullable BoundCaller caller) {
    return caller == null ? forAnyone() : subjects.stream().anyMatch(caller::goesBy);
  }

  public boolean about(Route route) {
    return about(RoutePattern.of(route));
  }

  /** Whether the rule covers every route that a pattern names. */
  boolean about(RoutePattern whole) {
    return routes.stream().anyMatch(pattern -> pattern.contains(whole));
  }

  /** Whether it applies to every caller, with or without a token. */
  boolean forAnyone() {
    return subjects.contains(new Subject.Anyone());
  }

  /** Whether it applies to every caller with a token. */
  boolean forAll() {
    return forAnyone() || subjects.contains(new Subject.Authenticated());
  }

  /** Whether it allows anyone, always or under a condition. */
  public boolean open() {
    return !denies && forAnyone();
  }

  /** Whether it denies everybody, always. */
  boolean closes() {
    return denies && forAnyone() && when.isEmpty();
  }
}
