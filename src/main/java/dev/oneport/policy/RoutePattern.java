package dev.oneport.policy;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The routes that a rule names: {@code HTTP GET /ping}, or all that differ only in the last
 * segment: {@code GRPC Echo/*}, {@code HTTP GET /api/*}.
 */
public record RoutePattern(Protocol protocol, String name) {
  private static final Pattern HTTP = Pattern.compile("[A-Z]+ /\\S*");
  private static final Pattern GRPC = Pattern.compile("[A-Za-z_][\\w.]*/([A-Za-z_]\\w*|\\*)");
  private static final Pattern WS = Pattern.compile("/\\S*");

  /** Reads a pattern; empty if it is not one. */
  public static Optional<RoutePattern> parse(String text) {
    var words = text.strip().split("\\s+", 2);
    if (words.length < 2) {
      return Optional.empty();
    }
    for (var protocol : Protocol.values()) {
      if (protocol.name().equals(words[0]) && shape(protocol).matcher(words[1]).matches()) {
        return Optional.of(new RoutePattern(protocol, words[1]));
      }
    }
    return Optional.empty();
  }

  /** The route of this name, if the pattern names one. */
  public Route route() {
    return new Route(protocol, name);
  }

  public boolean matches(Route route) {
    if (route.protocol() != protocol) {
      return false;
    }
    if (!name.endsWith("/*") || route.name().equals(name)) {
      return route.name().equals(name);
    }
    var parent = name.substring(0, name.length() - 1);
    return route.name().startsWith(parent)
        && route.name().length() > parent.length()
        && route.name().indexOf('/', parent.length()) < 0;
  }

  private static Pattern shape(Protocol protocol) {
    return switch (protocol) {
      case HTTP -> HTTP;
      case GRPC -> GRPC;
      case WS -> WS;
    };
  }

  @Override
  public String toString() {
    return protocol + " " + name;
  }
}
