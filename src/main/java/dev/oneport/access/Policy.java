package dev.oneport.access;

import dev.oneport.identity.Caller;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may call each mounted route: pure, without I/O or time. A route that no rule is about is
 * closed to everybody. If several rules are about a route, each of them may allow.
 */
public final class Policy {
  private final Map<Route, List<Rule>> rules;
  private final Map<String, Set<String>> members;
  private final List<Quota> quotas;
  private final Optional<Policy> shadow;

  /**
   * A policy.
   *
   * @param shadow what is only supposed, and logged where it differs
   */
  Policy(
      Map<Route, List<Rule>> rules,
      Map<String, Set<String>> members,
      List<Quota> quotas,
      Optional<Policy> shadow) {
    this.rules = Map.copyOf(rules);
    this.members = Map.copyOf(members);
    this.quotas = List.copyOf(quotas);
    this.shadow = shadow;
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
  public Optional<Rule> allows(Route route, Caller caller) {
    for (var rule : about(route)) {
      for (var subject : rule.allow()) {
        if (subject.covers(caller, members)) {
          return Optional.of(rule);
        }
      }
    }
    return Optional.empty();
  }

  /** The first quota that is set for the caller. */
  Optional<Quota> quota(Caller caller) {
    for (var quota : quotas) {
      if (quota.covers(caller, members)) {
        return Optional.of(quota);
      }
    }
    return Optional.empty();
  }

  Optional<Policy> shadow() {
    return shadow;
  }

  /** All mounted routes, by name. */
  public List<Route> routes() {
    return rules.keySet().stream().sorted(Comparator.comparing(Route::toString)).toList();
  }

  /** The routes that anyone may call. */
  public List<Route> openRoutes() {
    return routes().stream().filter(route -> open(route).isPresent()).toList();
  }

  /** The rules about a route, in the order of the file. */
  public List<Rule> about(Route route) {
    return rules.getOrDefault(route, List.of());
  }

  /** The roles of a caller, by name: those the token brings, and those the file gives. */
  List<String> roles(Caller caller) {
    var roles = new TreeSet<>(caller.roles());
    members.forEach(
        (role, callers) -> {
          if (!caller.anonymous() && callers.contains(caller.name())) {
            roles.add(role);
          }
        });
    return List.copyOf(roles);
  }

  /** The callers that the file lists under a role. */
  public Set<String> members(String role) {
    return members.getOrDefault(role, Set.of());
  }
}
