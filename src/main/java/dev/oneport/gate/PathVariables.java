package dev.oneport.gate;

import io.helidon.common.parameters.Parameters;
import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatchers;
import io.helidon.http.RoutedPath;
import java.util.Map;
import java.util.stream.Collectors;

/** The values of a path's variables, by name. */
final class PathVariables {
  private PathVariables() {}

  /** Those of a path that was routed. */
  static Map<String, String> of(RoutedPath path) {
    return of(path.pathParameters());
  }

  /** Those of a path, by the pattern that it was found by. */
  static Map<String, String> of(String pattern, UriPath path) {
    var match = PathMatchers.create(pattern).match(path);
    return match.accepted() ? of(match.path()) : Map.of();
  }

  private static Map<String, String> of(Parameters values) {
    return values.names().stream().collect(Collectors.toUnmodifiableMap(name -> name, values::get));
  }
}
