package dev.oneport.gateway;

import dev.oneport.api.Route;
import java.util.HashMap;
import java.util.Map;

/**
 * A part of a forward, to all of which the same rules apply.
 *
 * @param route the route, whose name is a pattern: {@code HTTP DELETE /orders/**}
 * @param variables the variables that rules name in its path, by the place of their segment
 */
public record ForwardedRoute(Route route, Forward forward, Map<String, Integer> variables) {
  public ForwardedRoute {
    variables = Map.copyOf(variables);
  }

  /** The values of the variables in a path of this route. */
  public Map<String, String> parameters(CanonicalPath path) {
    if (variables.isEmpty()) {
      return Map.of();
    }
    var values = new HashMap<String, String>();
    variables.forEach((name, place) -> values.put(name, path.decoded(place)));
    return values;
  }
}
