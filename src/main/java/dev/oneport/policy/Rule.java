package dev.oneport.policy;

import dev.oneport.api.Route;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One rule of the policy: it allows or denies callers some routes.
 *
 * @param denies whether it denies the calls, even if other rules allow them
 * @param subjects the callers that it is for
 * @param shadow whether it only logs its verdict and decides nothing
 * @param place its file and line
 */
public record Rule(
    boolean denies,
    Set<Subject> subjects,
    List<RoutePattern> routes,
    boolean shadow,
    String place) {
  public Rule {
    subjects = Set.copyOf(subjects);
    routes = List.copyOf(routes);
  }

  /** The file's name and the line, without folders, which are for operators only. */
  public String shortPlace() {
    return place.substring(place.lastIndexOf('/') + 1);
  }

  /** The subjects as written, after {@code deny:} if the rule denies. */
  public String subjectText() {
    var all = subjects.stream().map(Subject::toString).sorted().collect(Collectors.joining(", "));
    return denies ? "deny: " + all : all;
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

  /** Whether it allows anyone. */
  public boolean open() {
    return !denies && forAnyone();
  }
}
