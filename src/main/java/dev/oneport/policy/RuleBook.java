package dev.oneport.policy;

import dev.oneport.api.Route;
import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Roles and rules as written, not yet bound to routes:
 *
 * <pre>
 * roles:
 *   NAME: [ caller, ... ]        # who has the role; empty if only tokens bring it
 * rules:
 *   - allow: [ anyone | authenticated | ROLE | CALLER ]
 *     route: PROTOCOL NAME       # or a list of them
 *   - deny: [ ... ]              # the same subjects; beats every rule that allows
 *     route: PROTOCOL NAME
 *     shadow: true               # decide nothing, only log what would be decided; default false
 * </pre>
 *
 * @param members the callers that the file lists under each role
 */
public record RuleBook(List<Rule> rules, Map<String, Set<String>> members) {
  public RuleBook {
    rules = List.copyOf(rules);
    members = Map.copyOf(members);
  }

  /**
   * Reads roles and rules; the section stays open.
   *
   * @param known roles that are known from elsewhere, with their members
   * @param tokensBringRoles whether a role may be left without members
   */
  public static RuleBook read(
      Section section, Map<String, Set<String>> known, boolean tokensBringRoles) {
    var members = new HashMap<>(known);
    members.putAll(members(section.section("roles"), section.names("roles"), tokensBringRoles));
    var rules = new ArrayList<Rule>();
    for (var each : section.sections("rules")) {
      rules.add(rule(each, members.keySet()));
    }
    return new RuleBook(rules, members);
  }

  /** The rules that decide. */
  public RuleBook deciding() {
    return new RuleBook(rules.stream().filter(rule -> !rule.shadow()).toList(), members);
  }

  public boolean hasShadows() {
    return rules.stream().anyMatch(Rule::shadow);
  }

  public RuleBook with(Rule rule) {
    var more = new ArrayList<>(rules);
    more.add(rule);
    return new RuleBook(more, members);
  }

  /** The rules for each route. */
  public Map<Route, List<Rule>> bind(Set<Route> mounted) {
    var bound = new HashMap<Route, List<Rule>>();
    for (var route : mounted) {
      bound.put(route, rules.stream().filter(rule -> rule.about(route)).toList());
    }
    return bound;
  }

  /** Whether deciding rules say who may call all of a pattern: some callers, or nobody. */
  boolean covers(RoutePattern part) {
    return rules.stream()
        .anyMatch(
            rule -> !rule.shadow() && (!rule.denies() || rule.forAnyone()) && rule.about(part));
  }

  /** Reports routes without a deciding rule. */
  public void reportUncovered(Section section, Set<Route> mounted) {
    for (var route : mounted.stream().sorted(Comparator.comparing(Route::toString)).toList()) {
      if (!covers(RoutePattern.of(route))) {
        section.problem(
            "rules",
            "no rule is about "
                + route
                + ", which is mounted; add one that says who may call it"
                + (rules.stream().anyMatch(rule -> rule.denies() && rule.about(route))
                    ? ", because one that denies allows nobody"
                    : ""));
      }
    }
  }

  /** Reports rules without a mounted route. */
  public void reportDead(Section section, Set<Route> mounted) {
    for (int i = 0; i < rules.size(); i++) {
      for (var pattern : rules.get(i).routes()) {
        if (mounted.stream().noneMatch(pattern::matches)) {
          section.problem(
              "rules." + i + ".route", pattern + " is not mounted" + nearest(pattern, mounted));
        }
      }
    }
  }

  /**
   * Reports rules that deny some callers where anyone may call: no token is asked there, so that
   * they would deny nobody. A broad pattern may include such a route among others.
   */
  void reportPowerless(Section section, Set<Route> mounted) {
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      if (rule.denies() && !rule.forAnyone()) {
        for (var pattern : rule.routes()) {
          var named = mounted.stream().filter(pattern::matches).toList();
          var open = named.stream().filter(this::open).map(Route::toString).sorted().toList();
          if (!open.isEmpty() && (!pattern.isBroad() || open.size() == named.size())) {
            section.problem(
                "rules." + i + ".route",
                open.getFirst()
                    + " is open to anyone, with or without a token, so nobody can be denied there;"
                    + " deny anyone, or allow authenticated instead of anyone");
          }
        }
      }
    }
  }

  private boolean open(Route route) {
    var about = rules.stream().filter(rule -> rule.about(route)).toList();
    return about.stream().anyMatch(Rule::open)
        && about.stream().noneMatch(rule -> rule.denies() && rule.forAnyone());
  }

  private static String nearest(RoutePattern pattern, Set<Route> mounted) {
    var same =
        mounted.stream()
            .filter(route -> route.protocol() == pattern.protocol())
            .map(Route::toString)
            .sorted()
            .toList();
    return same.isEmpty()
        ? "; no " + pattern.protocol() + " route is"
        : "; these are: " + String.join(", ", same);
  }

  private static Map<String, Set<String>> members(
      Section roles, List<String> names, boolean tokensBringRoles) {
    var members = new HashMap<String, Set<String>>();
    try (roles) {
      for (var name : names) {
        if (!name.matches("[A-Za-z0-9_-]+")
            || name.equals("anyone")
            || name.equals("authenticated")) {
          roles.problem(name, "is not a name for a role: letters, digits, - and _ are");
        }
        var callers = members(roles, name, names);
        if (callers.isEmpty() && !tokensBringRoles && !roles.hasProblem(name) && !roles.lenient()) {
          roles.problem(
              name, "has no members, and no issuer has a roles-claim that could bring the role");
        }
        members.put(name, callers);
      }
    }
    return members;
  }

  /** The callers of one role. */
  private static Set<String> members(Section roles, String name, List<String> all) {
    var callers = new HashSet<String>();
    for (var text : roles.literals(name, Subject.INSTEAD)) {
      var caller = Subject.caller(text);
      if (caller.isPresent() && (!all.contains(text) || text.equals(name))) {
        callers.add(caller.get());
      } else {
        roles.problem(
            name,
            text
                + " is not a caller, and a role holds callers only; a caller by that name would be written "
                + Subject.CALLER
                + text);
      }
    }
    return callers;
  }

  private static Rule rule(Section section, Set<String> roles) {
    try (section) {
      var denies = section.has("deny");
      if (denies && section.has("allow")) {
        section.problem("deny", "stands in a rule without allow");
      }
      var key = denies ? "deny" : "allow";
      var subjects = subjects(section, key, roles);
      if (subjects.size() > 1 && subjects.contains(new Subject.Anyone())) {
        section.problem(key, "anyone includes all others");
      }
      return new Rule(
          denies, subjects, patterns(section), section.flag("shadow", false), section.place());
    }
  }

  /** The subjects that a key lists. */
  public static Set<Subject> subjects(Section section, String key, Set<String> roles) {
    var subjects = new HashSet<Subject>();
    var names = section.literals(key, Subject.INSTEAD);
    if (names.isEmpty() && !section.hasProblem(key)) {
      section.problem(key, "must name who is meant");
    }
    for (var name : names) {
      if (section.hasProblem(key)) {
        break;
      }
      Subject.parse(name, roles)
          .ifPresentOrElse(
              subjects::add,
              () ->
                  section.problem(
                      key,
                      name
                          + " is not a role in policy.roles; a caller by that name would be written "
                          + Subject.CALLER
                          + name));
    }
    return subjects;
  }

  private static List<RoutePattern> patterns(Section section) {
    var patterns = new ArrayList<RoutePattern>();
    var texts = section.texts("route");
    if (texts.isEmpty()) {
      section.problem("route", "must say what the rule is about");
    }
    for (var text : texts) {
      RoutePattern.parse(text)
          .ifPresentOrElse(
              patterns::add,
              () ->
                  section.problem(
                      "route",
                      "'"
                          + text
                          + "' is not a route such as HTTP GET /ping, GRPC Echo/Ping, GRPC Echo/* or WS /ws"));
    }
    return patterns;
  }
}
