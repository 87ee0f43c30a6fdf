package dev.oneport.policy;

import dev.oneport.api.Route;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One rule of the policy: who may call which routes.
 *
 * @param shadow whether it only logs its verdict and decides nothing
 * @param place its file and line
 */
public record Rule(Set<Subject> allow, List<RoutePattern> routes, boolean shadow, String place) {
  public Rule {
    allow = Set.copyOf(allow);
    routes = List.copyOf(routes);
  }

  /** The same without the folders, which are for operators only. */
  public String shortPlace() {
    return place.substring(place.lastIndexOf('/') + 1);
  }

  /** The subjects that it allows, as written. */
  public String who() {
    return allow.stream().map(Subject::toString).sorted().collect(Collectors.joining(", "));
  }

  public boolean about(Route route) {
    return about(RoutePattern.of(route));
  }

  /** Whether it is about each route that a pattern names. */
  boolean about(RoutePattern whole) {
    return routes.stream().anyMatch(pattern -> pattern.contains(whole));
  }

  public boolean open() {
    return allow.contains(new Subject.Anyone());
  }
}
