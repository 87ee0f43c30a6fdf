package dev.oneport.policy;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may call each mounted route: pure, without I/O or time. A route without a rule is closed. If
 * several rules name a route, each of them may allow, and a rule that denies beats them all.
 */
public final class Policy {
  private final Map<Route, RouteRules> rules = new HashMap<>();
  private final Map<String, Set<String>> members;
  private final Map<String, Set<String>> listed = new HashMap<>();
  private final CallerIndex<Quota> quotas;
  private final Optional<Policy> shadow;

  /**
   * A policy.
   *
   * @param shadow the shadow policy, whose differing verdicts are logged
   */
  public Policy(
      Map<Route, List<Rule>> rules,
      Map<String, Set<String>> members,
      List<Quota> quotas,
      Optional<Policy> shadow) {
    rules.forEach((route, about) -> this.rules.put(route, new RouteRules(about)));
    this.members = Map.copyOf(members);
    members.forEach(
        (role, callers) ->
            callers.forEach(
                caller -> listed.computeIfAbsent(caller, _ -> new HashSet<>()).add(role)));
    this.quotas = new CallerIndex<>(quotas, Quota::callers);
    this.shadow = shadow;
  }

  /** Whether it has this route, so that calls to it can be decided. */
  public boolean has(Route route) {
    return rules.containsKey(route);
  }

  /** The rule that opens this route to anyone, without checking tokens, if there is one. */
  public Optional<Rule> open(Route route) {
    var about = rules.get(route);
    return about == null ? Optional.empty() : about.open();
  }

  /** Decides whether a caller may call a route. */
  public Ruling decide(Route route, Caller caller) {
    var about = rules.get(route);
    return about == null ? Ruling.CLOSED : about.decide(caller, listed(caller));
  }

  /** The first quota for the caller. */
  public Optional<Quota> quota(Caller caller) {
    return quotas.find(caller, listed(caller));
  }

  private Set<String> listed(Caller caller) {
    return listed.getOrDefault(caller.name(), Set.of());
  }

  public Optional<Policy> shadow() {
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
    var about = rules.get(route);
    return about == null ? List.of() : about.rules();
  }

  /** The roles of a caller, by name: those the token brings, and those the file gives. */
  public List<String> roles(Caller caller) {
    var roles = new TreeSet<>(caller.roles());
    if (!caller.anonymous()) {
      roles.addAll(listed(caller));
    }
    return List.copyOf(roles);
  }

  /** The callers that the file lists under a role. */
  public Set<String> members(String role) {
    return members.getOrDefault(role, Set.of());
  }
}
