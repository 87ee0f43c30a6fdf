package dev.oneport.access;

import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The policy as an operator wrote it, not yet bound to routes. Shape of the configuration, below
 * {@code policy}:
 *
 * <pre>
 * roles:
 *   NAME: [ caller, ... ]        # who has the role; empty if only tokens bring it
 * rules:
 *   - allow: [ anyone | authenticated | ROLE | CALLER ]
 *     route: PROTOCOL NAME       # or a list of them
 * </pre>
 */
public final class PolicyFile {
  private static final String CALLER = "caller:";

  private final Section section;
  private final List<Rule> rules;
  private final Map<String, Set<String>> members;

  private PolicyFile(Section section, List<Rule> rules, Map<String, Set<String>> members) {
    this.section = section;
    this.rules = List.copyOf(rules);
    this.members = Map.copyOf(members);
  }

  /**
   * Reads the section and closes it.
   *
   * @param tokensBringRoles whether a role may be left without members in the file
   */
  public static PolicyFile read(Section section, boolean tokensBringRoles) {
    try (section) {
      var members = members(section.section("roles"), section.names("roles"), tokensBringRoles);
      var rules = new ArrayList<Rule>();
      for (var each : section.sections("rules")) {
        rules.add(rule(each, members.keySet()));
      }
      return new PolicyFile(section, rules, members);
    }
  }

  /** The same policy with one more rule, which the server needs for something of its own. */
  public PolicyFile with(Route route, boolean open) {
    var more = new ArrayList<>(rules);
    var subject = open ? new Subject.Anyone() : new Subject.Authenticated();
    more.add(
        new Rule(
            Set.of(subject),
            List.of(new RoutePattern(route.protocol(), route.name())),
            "built in"));
    return new PolicyFile(section, more, members);
  }

  /** The names of the roles. */
  public Set<String> roles() {
    return members.keySet();
  }

  /**
   * Binds the rules to what is mounted. Noted as mistakes: a route that no rule is about, and a
   * rule that is about no route, because both mean that somebody believes something about access
   * that is not so.
   */
  public Policy bind(Set<Route> mounted) {
    for (var route : mounted.stream().sorted(Comparator.comparing(Route::toString)).toList()) {
      if (rules.stream().noneMatch(rule -> rule.about(route))) {
        section.problem(
            "rules",
            "no rule is about " + route + ", which is mounted; add one that says who may call it");
      }
    }
    for (int i = 0; i < rules.size(); i++) {
      for (var pattern : rules.get(i).routes()) {
        if (mounted.stream().noneMatch(pattern::matches)) {
          section.problem(
              "rules." + i + ".route", pattern + " is not mounted" + nearest(pattern, mounted));
        }
      }
    }
    return Policy.bind(mounted, rules, members);
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
        var callers = new HashSet<>(roles.texts(name));
        if (callers.isEmpty() && !tokensBringRoles && !roles.hasProblem(name) && !roles.lenient()) {
          roles.problem(
              name, "has no members, and no issuer has a roles-claim that could bring the role");
        }
        members.put(name, callers);
      }
    }
    return members;
  }

  private static Rule rule(Section section, Set<String> roles) {
    try (section) {
      var allow = new HashSet<Subject>();
      var names = section.texts("allow");
      if (names.isEmpty()) {
        section.problem("allow", "must name who is allowed");
      }
      for (var name : names) {
        subject(name, roles)
            .ifPresentOrElse(
                allow::add,
                () ->
                    section.problem(
                        "allow",
                        name
                            + " is not a role in policy.roles; a caller by that name would be written "
                            + CALLER
                            + name));
      }
      if (allow.size() > 1 && allow.contains(new Subject.Anyone())) {
        section.problem("allow", "anyone includes all others");
      }
      return new Rule(allow, patterns(section), section.place());
    }
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

  private static Optional<Subject> subject(String name, Set<String> roles) {
    if (name.equals("anyone")) {
      return Optional.of(new Subject.Anyone());
    }
    if (name.equals("authenticated")) {
      return Optional.of(new Subject.Authenticated());
    }
    if (roles.contains(name)) {
      return Optional.of(new Subject.Role(name));
    }
    if (name.startsWith(CALLER)) {
      return Optional.of(new Subject.Named(name.substring(CALLER.length())));
    }
    return name.matches(".*[@:/.].*") ? Optional.of(new Subject.Named(name)) : Optional.empty();
  }
}
