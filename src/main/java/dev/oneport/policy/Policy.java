package dev.oneport.policy;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.condition.Facts;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may call each mounted route: pure, without I/O or time. A route without a rule is closed. If
 * several rules name a route, each of them may allow, and a rule that denies beats them all.
 */
public final class Policy {
  private final Map<Route, RouteRules> rules = new HashMap<>();
  private final Map<String, RoleDefinition> roles;
  private final CallerBindings callers;
  private final CallerIndex<Quota> quotas;
  private final Set<Route> forwarded;
  private final Optional<Policy> shadow;

  /**
   * Creates a policy.
   *
   * @param tokens what tokens can name
   * @param forwarded the routes of forwards, which no service mounts
   * @param shadow the shadow policy, whose differing verdicts are logged
   */
  public Policy(
      Map<Route, List<Rule>> rules,
      Map<String, RoleDefinition> roles,
      List<Quota> quotas,
      TokenNames tokens,
      Set<Route> forwarded,
      Optional<Policy> shadow) {
    rules.forEach((route, about) -> this.rules.put(route, new RouteRules(about)));
    this.roles = Map.copyOf(roles);
    this.callers =
        new CallerBindings(
            roles,
            Stream.concat(
                rules.values().stream()
                    .flatMap(List::stream)
                    .distinct()
                    .flatMap(rule -> rule.subjects().stream()),
                quotas.stream().flatMap(quota -> quota.callers().stream())),
            tokens);
    this.quotas = new CallerIndex<>(quotas, Quota::callers);
    this.forwarded = Set.copyOf(forwarded);
    this.shadow = shadow;
  }

  /**
   * The issuers whose credentials decide on a route, by their names in callers; empty if all do.
   */
  public Set<String> issuers(Route route) {
    var about = rules.get(route);
    return about == null ? Set.of() : about.issuers();
  }

  /** Whether this route is mounted or forwarded, so that calls to it can be decided. */
  public boolean has(Route route) {
    return rules.containsKey(route);
  }

  /** Whether a service of this server answers the calls to this route. */
  public boolean isMounted(Route route) {
    return has(route) && !forwarded.contains(route);
  }

  /**
   * The rule that opens this route to anyone, under no condition, without checking tokens; empty if
   * there is none.
   */
  public Optional<Rule> open(Route route) {
    var about = rules.get(route);
    return about == null ? Optional.empty() : about.open();
  }

  /** Decides a call for which no token needs to be checked; empty if one does. */
  public Optional<Ruling> decideForAnyone(Facts facts) {
    var about = rules.get(facts.route());
    return about == null ? Optional.empty() : about.decideForAnyone(facts);
  }

  /** Decides a call for which a token needs to be checked, by the caller that it names. */
  public Ruling decideForCaller(Facts facts) {
    var about = rules.get(facts.route());
    if (about == null) {
      return Ruling.CLOSED;
    }
    var caller = facts.caller();
    return caller.anonymous() ? about.decide() : about.decide(callers.of(caller), facts);
  }

  /** Decides a call. */
  public Ruling decide(Facts facts) {
    return decideForAnyone(facts).orElseGet(() -> decideForCaller(facts));
  }

  /** The rules about a call that are for its caller and whose conditions hold or fail. */
  public List<Rule> applying(Facts facts) {
    var about = rules.get(facts.route());
    return about == null ? List.of() : about.applying(bound(facts.caller()), facts);
  }

  private @Nullable BoundCaller bound(Caller caller) {
    return caller.anonymous() ? null : callers.of(caller);
  }

  /** The first quota for the caller. */
  public Optional<Quota> quota(Caller caller) {
    return caller.anonymous() ? quotas.forAnyone() : quotas.findOrAnyone(callers.of(caller));
  }

  /** The first role that a quota names and the caller has; empty if it has none of them. */
  public String role(Quota quota, Caller caller) {
    var bound = callers.of(caller);
    for (var subject : quota.callers()) {
      if (subject instanceof Subject.Role(var name) && bound.goesBy(subject)) {
        return name;
      }
    }
    return "";
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

  /** The rules that name a route, in the order of the file. */
  public List<Rule> about(Route route) {
    var about = rules.get(route);
    return about == null ? List.of() : about.rules();
  }

  /**
   * The roles of a caller, by name: those the token brings, as far as the policy does not define
   * them, and those the policy has for it on every call.
   */
  public List<String> roles(Caller caller) {
    var roles = new TreeSet<>(caller.roles());
    if (!caller.anonymous()) {
      roles.removeAll(this.roles.keySet());
      callers.roles(caller).stream()
          .filter(name -> role(name).when().isEmpty())
          .forEach(roles::add);
    }
    return List.copyOf(roles);
  }

  /** Who has a role. */
  RoleDefinition role(String name) {
    return roles.getOrDefault(name, RoleDefinition.NOBODY);
  }
}
