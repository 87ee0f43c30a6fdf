package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.config.Section;
import dev.oneport.policy.RoutePattern;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An entry of {@code forward}: calls that match the pattern go to the upstream.
 *
 * @param pattern the pattern, with {@code *} for each variable of its path
 * @param variables the variables of its path, by the place of their segment
 * @param path the change of paths of HTTP and WebSocket
 */
public record Forward(
    RoutePattern pattern, Map<String, Integer> variables, Upstream upstream, PathChange path) {
  public Forward {
    variables = Map.copyOf(variables);
  }

  /** Reads an entry and closes the section; empty if its route or upstream is invalid. */
  static Optional<Forward> read(Section section, Map<String, Upstream> upstreams) {
    try (section) {
      var pattern = pattern(section);
      var name = section.required("to");
      var upstream = upstreams.get(name);
      if (upstream == null && !name.isEmpty()) {
        var known = upstreams.keySet().stream().sorted().collect(Collectors.joining(", "));
        section.problem(
            "to",
            "'"
                + name
                + "' is not in upstreams"
                + (known.isEmpty() ? "" : "; these are: " + known));
      }
      var path = path(section, pattern);
      if (pattern.isEmpty() || upstream == null) {
        return Optional.empty();
      }
      var protocol = pattern.get().protocol();
      if (!upstream.scheme().carries(protocol)) {
        section.problem(
            "to",
            protocol
                + " cannot be forwarded to "
                + upstream.scheme()
                + "://; use "
                + (protocol == Protocol.GRPC ? "h2c:// or https://" : "http:// or https://"));
      }
      return Optional.of(
          new Forward(pattern.get().withoutNames(), pattern.get().variables(), upstream, path));
    }
  }

  private static Optional<RoutePattern> pattern(Section section) {
    var text = section.required("route");
    var pattern = RoutePattern.parse(text);
    if (pattern.isEmpty() && !text.isBlank()) {
      section.problem(
          "route",
          "'"
              + text
              + "' is not a route such as HTTP * /orders/**, HTTP GET /files/*,"
              + " GRPC ledger.v1.Ledger/* or WS /live");
    }
    return pattern;
  }

  private static PathChange path(Section section, Optional<RoutePattern> pattern) {
    var strip = prefix(section, "strip-prefix");
    var add = prefix(section, "add-prefix");
    pattern.ifPresent(
        it -> {
          if (it.protocol() == Protocol.GRPC && !(strip + add).isEmpty()) {
            section.problem(
                strip.isEmpty() ? "add-prefix" : "strip-prefix", "is not for gRPC methods");
          } else if (!strip.isEmpty() && !isUnder(it, strip)) {
            section.problem("strip-prefix", "must be the beginning of the route's path");
          }
        });
    return new PathChange(strip, add);
  }

  private static boolean isUnder(RoutePattern pattern, String prefix) {
    var names = pattern.parts().getLast().names();
    var path = "/" + String.join("/", names) + "/";
    return path.startsWith(prefix + "/") && !prefix.contains("*");
  }

  private static String prefix(Section section, String key) {
    var prefix = section.text(key, "");
    if (prefix.isEmpty() || prefix.equals("/")) {
      return "";
    }
    if (CanonicalPath.of(prefix).filter(path -> path.text().equals(prefix)).isEmpty()
        || prefix.endsWith("/")) {
      section.problem(key, "'" + prefix + "' is not a path such as /orders");
    }
    return prefix;
  }
}
