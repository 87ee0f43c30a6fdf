package dev.oneport.policy;

import dev.oneport.api.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One subject that a rule allows to call a route.
 *
 * @param subject a caller's name, a pattern, {@code anyone}, {@code authenticated}, or {@code
 *     tokens with role ROLE}; then the condition, if the rule has one
 * @param role the role that allows it; empty if the rule does not name a role
 * @param place the file and line of the rule
 */
public record AllowedCaller(String subject, String role, String place) {
  private static final String ANYONE = new Subject.Anyone().toString();
  private static final String AUTHENTICATED = new Subject.Authenticated().toString();
  private static final String TOKENS = "tokens with role ";

  /**
   * The subjects that a policy allows to call a route, without those that a rule denies completely.
   */
  public static List<AllowedCaller> of(Policy policy, Route route, boolean tokensBringRoles) {
    var denied =
        denials(policy, route, tokensBringRoles).stream()
            .map(AllowedCaller::subject)
            .collect(Collectors.toSet());
    return named(policy, route, false, tokensBringRoles).stream()
        .filter(grant -> !grant.isIn(denied))
        .toList();
  }

  /** The subjects that a rule denies although {@link #of} includes them. */
  public static List<AllowedCaller> exceptions(
      Policy policy, Route route, boolean tokensBringRoles) {
    return policy.open(route).isPresent() || of(policy, route, tokensBringRoles).isEmpty()
        ? List.of()
        : denials(policy, route, tokensBringRoles);
  }

  private static List<AllowedCaller> denials(Policy policy, Route route, boolean tokensBringRoles) {
    return named(policy, route, true, tokensBringRoles);
  }

  private static List<AllowedCaller> named(
      Policy policy, Route route, boolean denying, boolean tokensBringRoles) {
    var all = new ArrayList<AllowedCaller>();
    for (var rule : policy.about(route)) {
      if (rule.denies() == denying) {
        rule.subjects().stream()
            .sorted(Comparator.comparing(Subject::toString))
            .flatMap(subject -> named(policy, rule, subject, tokensBringRoles).stream())
            .map(each -> each.with(rule.restrictions()))
            .forEach(all::add);
      }
    }
    return all;
  }

  private static List<AllowedCaller> named(
      Policy policy, Rule rule, Subject subject, boolean tokensBringRoles) {
    return switch (subject) {
      case Subject.Anyone() -> List.of(new AllowedCaller(ANYONE, "", rule.place()));
      case Subject.Authenticated() -> List.of(new AllowedCaller(AUTHENTICATED, "", rule.place()));
      case Subject.Named(var caller) -> List.of(new AllowedCaller(caller, "", rule.place()));
      case Subject.Matching(var pattern) ->
          List.of(new AllowedCaller(pattern.toString(), "", rule.place()));
      case Subject.Role(var role) -> {
        var callers = policy.role(role).callers().stream().map(AllowedCaller::name).sorted();
        var groups = policy.role(role).groups().stream().sorted().map(TOKENS::concat);
        yield Stream.concat(callers, tokensBringRoles ? groups : Stream.empty())
            .map(who -> new AllowedCaller(who, role, rule.place()))
            .toList();
      }
    };
  }

  private static String name(Subject caller) {
    return caller instanceof Subject.Named(var name) ? name : caller.toString();
  }

  /** Whether both subjects may include the same caller. */
  public static boolean mayMeet(String who, String other) {
    return who.equals(other) || several(who) || several(other);
  }

  private static boolean several(String who) {
    return who.equals(ANYONE)
        || who.equals(AUTHENTICATED)
        || who.startsWith(TOKENS)
        || who.contains("*")
        || who.contains(Rule.BY)
        || who.contains(" when ");
  }

  /** The same under a rule's restrictions. */
  private AllowedCaller with(String restrictions) {
    return restrictions.isEmpty() ? this : new AllowedCaller(subject + restrictions, role, place);
  }

  private boolean isIn(Set<String> denied) {
    return denied.contains(subject)
        || denied.contains(ANYONE)
        || (denied.contains(AUTHENTICATED) && !subject.equals(ANYONE));
  }
}
