package dev.oneport.policy;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The routes that a rule or a forward names: {@code HTTP GET /ping}, or several at once. {@code *}
 * matches one segment of a path, one part of a name, or any method; {@code **} at the end matches
 * any number of segments, including none: {@code GRPC Echo/*}, {@code HTTP * /orders/**}, {@code
 * GRPC ledger.v1.*}{@code /*}, {@code WS /live/*}.
 */
public record RoutePattern(Protocol protocol, String name) {
  private static final Pattern HTTP = Pattern.compile("(\\*|[A-Z]+(-[A-Z]+)*+) /\\S*");
  private static final Pattern GRPC =
      Pattern.compile("([A-Za-z_]\\w*\\.)*+([A-Za-z_]\\w*|\\*\\*?)/([A-Za-z_]\\w*|\\*)");
  private static final Pattern VARIABLE = Pattern.compile("(?<=/|^)\\{\\w+\\}(?=/|$)");
  private static final Pattern WS = Pattern.compile("/\\S*");

  /** Reads a pattern; empty if it is not one. */
  public static Optional<RoutePattern> parse(String text) {
    var words = text.strip().split("\\s+", 2);
    if (words.length < 2) {
      return Optional.empty();
    }
    for (var protocol : Protocol.values()) {
      if (protocol.name().equals(words[0]) && shape(protocol).matcher(words[1]).matches()) {
        return Optional.of(new RoutePattern(protocol, words[1]))
            .filter(pattern -> pattern.parts().stream().noneMatch(Segments::malformed));
      }
    }
    return Optional.empty();
  }

  /** The route of this name. */
  public Route route() {
    return new Route(protocol, name);
  }

  /** The pattern that names this route alone. */
  public static RoutePattern of(Route route) {
    return new RoutePattern(route.protocol(), route.name());
  }

  boolean matches(Route route) {
    return contains(of(route));
  }

  /** Whether this pattern names every route that {@code other} names. */
  public boolean contains(RoutePattern other) {
    if (protocol != other.protocol) {
      return false;
    }
    var own = parts();
    var others = other.parts();
    for (int i = 0; i < own.size(); i++) {
      if (!own.get(i).contains(others.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether it covers everything at a path or in a package, and so does not name a particular
   * route.
   */
  boolean isBroad() {
    var first = parts().getFirst();
    return parts().stream().anyMatch(Segments::rest)
        || (protocol != Protocol.WS && first.names().getLast().equals(Segments.ONE));
  }

  /**
   * The same pattern with {@code *} instead of each variable of its path, such as {@code {id}}: for
   * forwards, whose paths are found by patterns. A route of a service has its own variables.
   */
  public RoutePattern withoutNames() {
    return protocol == Protocol.GRPC
        ? this
        : new RoutePattern(protocol, VARIABLE.matcher(name).replaceAll(Segments.ONE));
  }

  /**
   * The variables of its path, by the place of their segment.
   *
   * @return the names, with places that begin with 0
   */
  public Map<String, Integer> variables() {
    var variables = new LinkedHashMap<String, Integer>();
    if (protocol != Protocol.GRPC) {
      var names = parts().getLast().names();
      for (int i = 0; i < names.size(); i++) {
        if (VARIABLE.matcher(names.get(i)).matches()) {
          variables.put(names.get(i).substring(1, names.get(i).length() - 1), i);
        }
      }
    }
    return variables;
  }

  /** The routes that both name; empty if there are none. */
  public Optional<RoutePattern> and(RoutePattern other) {
    if (protocol != other.protocol) {
      return Optional.empty();
    }
    var own = parts();
    var others = other.parts();
    var common = new ArrayList<Segments>();
    for (int i = 0; i < own.size(); i++) {
      own.get(i).and(others.get(i)).ifPresent(common::add);
    }
    return Optional.of(common)
        .filter(parts -> parts.size() == own.size())
        .map(parts -> new RoutePattern(protocol, name(protocol, parts)));
  }

  /**
   * The parts of the pattern: the method and the path of HTTP, the service and the method of gRPC,
   * the path of WebSocket.
   */
  public List<Segments> parts() {
    return switch (protocol) {
      case HTTP -> {
        int space = name.indexOf(' ');
        yield List.of(
            Segments.of(name.substring(0, space), " "), Segments.ofPath(name.substring(space + 1)));
      }
      case GRPC -> {
        int slash = name.lastIndexOf('/');
        yield List.of(
            Segments.of(name.substring(0, slash), "."),
            Segments.of(name.substring(slash + 1), "/"));
      }
      case WS -> List.of(Segments.ofPath(name));
    };
  }

  private static String name(Protocol protocol, List<Segments> parts) {
    return switch (protocol) {
      case HTTP -> parts.getFirst().joined(" ") + " /" + parts.getLast().joined("/");
      case GRPC -> parts.getFirst().joined(".") + "/" + parts.getLast().joined("/");
      case WS -> "/" + parts.getFirst().joined("/");
    };
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
