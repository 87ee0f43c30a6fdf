package dev.oneport.access;

import java.util.List;
import java.util.Set;

/**
 * One line of the policy: these may call those.
 *
 * @param place the file and line that it stands in
 */
public record Rule(Set<Subject> allow, List<RoutePattern> routes, String place) {
  public Rule {
    allow = Set.copyOf(allow);
    routes = List.copyOf(routes);
  }

  boolean about(Route route) {
    return routes.stream().anyMatch(pattern -> pattern.matches(route));
  }

  boolean open() {
    return allow.contains(new Subject.Anyone());
  }
}
