package dev.oneport.policy;

import dev.oneport.api.Route;
import dev.oneport.config.Section;
import dev.oneport.config.Spelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Roles and rules as written, not yet bound to routes:
 *
 * <pre>
 * roles:
 *   NAME: ...                    # see RoleDefinition
 * rules:
 *   - allow: [ anyone | authenticated | ROLE | CALLER | PATTERN ]
 *     route: PROTOCOL NAME       # or a list of them
 *     credential: ISSUER         # or a list: whose credential decides, whatever others a call has
 *   - deny: [ ... ]              # the same subjects; beats every rule that allows
 *     route: PROTOCOL NAME
 *     when: EXPRESSION           # in CEL; the rule applies only where it holds
 *     shadow: true               # only log the verdict, do not decide; default false
 * </pre>
 *
 * @param roles who has each role
 * @param forwarded routes of forwards, where a variable of a rule's path stands for any segment
 */
public record RuleBook(List<Rule> rules, Map<String, RoleDefinition> roles, Set<Route> forwarded) {
  /** Rules for mounted routes only. */
  RuleBook(List<Rule> rules, Map<String, RoleDefinition> roles) {
    this(rules, roles, Set.of());
  }

  public RuleBook {
    rules = List.copyOf(rules);
    roles = Map.copyOf(roles);
    forwarded = Set.copyOf(forwarded);
  }

  /**
   * Reads roles and rules; the section stays open.
   *
   * @param known roles that are known from elsewhere
   * @param tokens what tokens can name
   */
  static RuleBook read(Section section, Map<String, RoleDefinition> known, TokenNames tokens) {
    var roles = new HashMap<>(known);
    roles.putAll(RoleDefinition.read(section.section("roles"), section.names("roles"), tokens));
    var rules = new ArrayList<Rule>();
    for (var each : section.sections("rules")) {
      rules.add(rule(each, roles.keySet(), tokens));
    }
    return new RuleBook(rules, roles);
  }

  /** The rules that decide. */
  public RuleBook deciding() {
    return new RuleBook(rules.stream().filter(rule -> !rule.shadow()).toList(), roles, forwarded);
  }

  public boolean hasShadows() {
    return rules.stream().anyMatch(Rule::shadow);
  }

  public RuleBook with(Rule rule) {
    var more = new ArrayList<>(rules);
    more.add(rule);
    return new RuleBook(more, roles, forwarded);
  }

  /** The same rules, for forwards that were split into these routes. */
  RuleBook forwarding(Set<Route> routes) {
    return new RuleBook(rules, roles, routes);
  }

  private boolean about(Rule rule, Route route) {
    return rule.routes().stream().anyMatch(pattern -> names(pattern, route));
  }

  private boolean names(RoutePattern pattern, Route route) {
    return pattern.matches(route)
        || (forwarded.contains(route) && pattern.withoutNames().matches(route));
  }

  /**
   * The variables in the path of a forwarded route, by the place of their segment: those of all
   * rules that are about it.
   */
  Map<String, Set<Integer>> variables(Route route) {
    var variables = new LinkedHashMap<String, Set<Integer>>();
    for (var rule : rules) {
      rule.routes().stream()
          .filter(pattern -> pattern.withoutNames().matches(route))
          .forEach(
              pattern ->
                  pattern
                      .variables()
                      .forEach(
                          (name, place) ->
                              variables.computeIfAbsent(name, _ -> new HashSet<>()).add(place)));
    }
    return variables;
  }

  /** The rules for each route. */
  public Map<Route, List<Rule>> bind(Set<Route> mounted) {
    var bound = new HashMap<Route, List<Rule>>();
    for (var route : mounted) {
      bound.put(route, rules.stream().filter(rule -> about(rule, route)).toList());
    }
    return bound;
  }

  /** The rules for each route, where each role that has a condition is in a rule of its own. */
  Map<Route, List<Rule>> bindApart(Set<Route> mounted) {
    var apart = new IdentityHashMap<Rule, List<Rule>>();
    rules.forEach(rule -> apart.put(rule, rule.apart(roles)));
    var bound = bind(mounted);
    bound.replaceAll(
        (_, about) ->
            about.stream().flatMap(rule -> apart.getOrDefault(rule, List.of()).stream()).toList());
    return bound;
  }

  /** Whether deciding rules cover all of a pattern, even if they allow no caller. */
  boolean covers(RoutePattern part) {
    return rules.stream()
        .anyMatch(
            rule ->
                !rule.shadow() && (!rule.denies() || rule.closes()) && about(rule, part.route()));
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
                + (rules.stream().anyMatch(rule -> rule.denies() && about(rule, route))
                    ? ", because one that denies allows nobody"
                    : ""));
      }
    }
  }

  /** Reports rules that name no mounted route. */
  public void reportDead(Section section, Set<Route> mounted) {
    for (int i = 0; i < rules.size(); i++) {
      for (var pattern : rules.get(i).routes()) {
        if (mounted.stream().noneMatch(route -> names(pattern, route))) {
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
          var named = mounted.stream().filter(route -> names(pattern, route)).toList();
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
    var about = rules.stream().filter(rule -> about(rule, route)).toList();
    return about.stream().anyMatch(Rule::open) && about.stream().noneMatch(Rule::closes);
  }

  /**
   * Reports rules about one route that disagree on whose credentials decide: a call with two would
   * be one caller's by the one, and another's by the other.
   */
  void reportUndecided(Section section, Set<Route> mounted) {
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      if (rule.issuers().isEmpty()) {
        continue;
      }
      for (var other : rules) {
        if (!other.denies() && !other.forAnyone() && !other.issuers().equals(rule.issuers())) {
          var route =
              mounted.stream().filter(it -> about(rule, it) && about(other, it)).findFirst();
          if (route.isPresent()) {
            section.problem(
                "rules." + i + ".credential",
                "differs from that of the rule at "
                    + other.place()
                    + ", which is about "
                    + route.get()
                    + ", too: the rules about a route name the same, or none");
          }
        }
      }
    }
  }

  private static Set<String> issuers(
      Section section, boolean denies, Set<Subject> subjects, TokenNames tokens) {
    var names = section.texts("credential");
    var issuers = new HashSet<String>();
    if (section.has("credential")) {
      if (denies) {
        section.problem("credential", "stands in rules that allow; deny names callers");
      } else if (subjects.contains(new Subject.Anyone())) {
        section.problem(
            "credential", "means nothing for anyone, whose credentials are not checked");
      } else if (names.isEmpty() && !section.hasProblem("credential")) {
        section.problem("credential", "must name an issuer, below identity.issuers");
      }
    }
    if (tokens.issuers().isPresent()) {
      for (var name : names) {
        var known = tokens.issuers().get();
        issuers.addAll(known.getOrDefault(name, Set.of()));
        if (!known.containsKey(name)) {
          section.problem(
              "credential",
              "'" + name + "' is not in identity.issuers" + Spelling.hint(name, known.keySet()));
        }
      }
    }
    return issuers;
  }

  private static String nearest(RoutePattern pattern, Set<Route> mounted) {
    var same =
        mounted.stream()
            .filter(route -> route.protocol() == pattern.protocol())
            .map(Route::toString)
            .sorted()
            .toList();
    var hint = Spelling.hint(pattern.toString(), same);
    if (!hint.isEmpty()) {
      return hint;
    }
    return same.isEmpty()
        ? "; no " + pattern.protocol() + " route is"
        : "; these are: " + String.join(", ", same);
  }

  private static Rule rule(Section section, Set<String> roles, TokenNames tokens) {
    try (section) {
      var denies = section.has("deny");
      if (denies && section.has("allow")) {
        section.problem("deny", "stands in a rule without allow");
      }
      var key = denies ? "deny" : "allow";
      var subjects = subjects(section, key, roles, tokens);
      var issuers = issuers(section, denies, subjects, tokens);
      if (!issuers.isEmpty() && !section.hasProblem(key)) {
        // A caller of another issuer, whose credential is not looked at.
        var _ = section.texts(key, it -> CallerPattern.problem(it, roles, tokens, issuers));
      }
      if (subjects.size() > 1 && subjects.contains(new Subject.Anyone())) {
        section.problem(key, "anyone includes all others");
      }
      return new Rule(
          denies,
          subjects,
          patterns(section),
          issuers,
          RuleCondition.read(section, subjects, tokens),
          section.flag("shadow", false),
          section.place());
    }
  }

  /** Reads the subjects that a key lists. */
  static Set<Subject> subjects(Section section, String key, Set<String> roles, TokenNames tokens) {
    var subjects = new LinkedHashSet<Subject>();
    var names = section.texts(key, it -> CallerPattern.problem(it, roles, tokens));
    if (names.isEmpty() && !section.hasProblem(key)) {
      section.problem(key, "must name at least one caller or role");
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
                          + " is not a role in policy.roles; a caller by that name would be written"
                          + " "
                          + Subject.CALLER
                          + name
                          + Spelling.hint(name, roles)));
    }
    warnOfCase(section, key, subjects, tokens);
    return subjects;
  }

  /** Warns of e-mail addresses that tokens may have in another case. */
  static void warnOfCase(Section section, String key, Set<Subject> subjects, TokenNames tokens) {
    subjects.stream()
        .flatMap(subject -> CallerPattern.doubt(subject, tokens).stream())
        .sorted()
        .forEach(doubt -> section.warn(key, doubt));
  }

  private static List<RoutePattern> patterns(Section section) {
    var patterns = new ArrayList<RoutePattern>();
    var texts = section.texts("route");
    if (texts.isEmpty()) {
      section.problem("route", "must name at least one route");
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
                          + "' is not a route such as HTTP GET /ping, GRPC Echo/Ping, GRPC Echo/*"
                          + " or WS /ws"));
    }
    return patterns;
  }
}
