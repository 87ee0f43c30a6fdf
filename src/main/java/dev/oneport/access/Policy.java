package dev.oneport.access;

import dev.oneport.identity.Caller;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may call each mounted route: pure, without I/O or time. A route that no rule is about is
 * closed to everybody. If several rules are about a route, each of them may allow.
 */
public final class Policy {
  private final Map<Route, List<Rule>> rules;
  private final Map<String, Set<String>> members;

  Policy(Map<Route, List<Rule>> rules, Map<String, Set<String>> members) {
    this.rules = Map.copyOf(rules);
    this.members = Map.copyOf(members);
  }

  /** The rule that lets anyone call this route without looking at tokens, if there is one. */
  Optional<Rule> open(Route route) {
    for (var rule : about(route)) {
      if (rule.open()) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** The first rule that allows the call. */
  Optional<Rule> allows(Route route, Caller caller) {
    for (var rule : about(route)) {
      for (var subject : rule.allow()) {
        if (subject.covers(caller, members)) {
          return Optional.of(rule);
        }
      }
    }
    return Optional.empty();
  }

  /** The routes that anyone may call. */
  public List<Route> openRoutes() {
    return rules.keySet().stream()
        .filter(route -> open(route).isPresent())
        .sorted(Comparator.comparing(Route::toString))
        .toList();
  }

  private List<Rule> about(Route route) {
    return rules.getOrDefault(route, List.of());
  }

  /** Binds rules to what is mounted. */
  static Policy bind(Set<Route> mounted, List<Rule> rules, Map<String, Set<String>> members) {
    var bound = new HashMap<Route, List<Rule>>();
    for (var route : mounted) {
      bound.put(route, rules.stream().filter(rule -> rule.about(route)).toList());
    }
    return new Policy(bound, members);
  }
}
