package dev.oneport.policy;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reports what rules say without any effect on the routes that they are about: conditions that fail
 * or never hold there, and callers that other rules deny.
 */
final class PointlessRules {
  private final Section section;
  private final Map<Route, List<Rule>> bound;
  private final TokenNames tokens;
  private final IdentityHashMap<Rule, List<Route>> routes = new IdentityHashMap<>();

  /**
   * Looks at rules that are bound to routes.
   *
   * @param section the section that has the rules
   */
  PointlessRules(Section section, Map<Route, List<Rule>> bound, TokenNames tokens) {
    this.section = section;
    this.bound = bound;
    this.tokens = tokens;
    bound.forEach(
        (route, rules) ->
            rules.forEach(rule -> routes.computeIfAbsent(rule, _ -> new ArrayList<>()).add(route)));
  }

  /**
   * Reports conditions that ask about other routes, or about variables that no path has.
   *
   * @param rules the rules in the order of the file
   * @param variables the names of the variables in the path of a forwarded route; empty for others
   */
  void reportConditions(List<Rule> rules, Function<Route, Set<String>> variables) {
    for (int i = 0; i < rules.size(); i++) {
      var key = "rules." + i + ".when";
      var about = routes.getOrDefault(rules.get(i), List.of());
      var mentions = rules.get(i).when().map(it -> it.mentions());
      if (mentions.isEmpty() || about.isEmpty()) {
        continue;
      }
      for (var name : mentions.get().parameters()) {
        if (about.stream().noneMatch(route -> has(route, name, variables))) {
          section.problem(
              key,
              "asks about request.params."
                  + name
                  + ", but no path of its routes has {"
                  + name
                  + "}, so that it fails for each call");
        }
      }
      reportNever(key, "request.route", mentions.get().routes(), about, PointlessRules::isNamed);
      reportNever(
          key,
          "request.protocol",
          mentions.get().protocols(),
          about,
          (route, name) -> route.protocol().toString().equals(name));
      reportNever(
          key, "request.method", mentions.get().methods(), about, PointlessRules::mayHaveMethod);
    }
  }

  private void reportNever(
      String key,
      String variable,
      Set<String> texts,
      List<Route> about,
      BiPredicate<Route, String> may) {
    for (var text : texts) {
      if (about.stream().noneMatch(route -> may.test(route, text))) {
        section.problem(
            key,
            "'"
                + text
                + "' is never "
                + variable
                + " for this rule; its routes are "
                + about.stream()
                    .map(Route::toString)
                    .sorted()
                    .limit(10)
                    .collect(Collectors.joining(", ")));
      }
    }
  }

  private static boolean isNamed(Route route, String name) {
    return route.toString().equals(name);
  }

  private static boolean mayHaveMethod(Route route, String method) {
    if (route.protocol() != Protocol.HTTP) {
      return true;
    }
    var own = route.name().substring(0, route.name().indexOf(' '));
    return own.equals(method) || own.equals("*") || (own.equals("GET") && method.equals("HEAD"));
  }

  private static boolean has(Route route, String name, Function<Route, Set<String>> variables) {
    return variables.apply(route).contains(name)
        || Pattern.compile("\\{\\+?" + Pattern.quote(name) + "[:}]").matcher(route.name()).find();
  }

  /**
   * Warns of rules that allow nobody, because others deny all of their callers. They may stand
   * there for the time after a lock-out.
   */
  void warnOfDenied(List<Rule> rules) {
    var denied = new HashMap<Route, Denied>();
    bound.forEach((route, about) -> denied.put(route, Denied.by(about, tokens)));
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      var about = routes.getOrDefault(rule, List.of());
      if (!rule.denies()
          && !rule.shadow()
          && !about.isEmpty()
          && about.stream()
              .allMatch(route -> denied.getOrDefault(route, Denied.NOBODY).all(rule))) {
        section.warn("rules." + i, "allows nobody: other rules deny all of its callers");
      }
    }
  }

  /** The subjects that rules deny on one route, whatever a call is like. */
  private record Denied(Set<Subject> subjects, TokenNames tokens) {
    static final Denied NOBODY = new Denied(Set.of(), TokenNames.of(false));

    static Denied by(List<Rule> rules, TokenNames tokens) {
      var subjects = new HashSet<Subject>();
      rules.stream()
          .filter(rule -> rule.denies() && !rule.shadow() && rule.when().isEmpty())
          .forEach(rule -> subjects.addAll(rule.subjects()));
      return new Denied(subjects, tokens);
    }

    boolean all(Rule rule) {
      return subjects.contains(new Subject.Anyone())
          || rule.subjects().stream().allMatch(this::includes);
    }

    private boolean includes(Subject subject) {
      return switch (subject) {
        case Subject.Anyone _ -> false;
        case Subject.Authenticated _ -> subjects.contains(subject);
        case Subject.Role _, Subject.Matching _ -> subjects.contains(subject) || everyCaller();
        case Subject.Named(var name) ->
            subjects.contains(subject)
                || everyCaller()
                || subjects.stream().anyMatch(it -> matches(it, name));
      };
    }

    private boolean everyCaller() {
      return subjects.contains(new Subject.Authenticated());
    }

    private boolean matches(Subject subject, String name) {
      return subject instanceof Subject.Matching(var pattern)
          && pattern.matches(name, tokens.prefix(name));
    }
  }
}
