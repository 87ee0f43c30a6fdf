package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import io.helidon.http.PathMatchers;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the mounts of services, and reports each mistake with its service, route and place in the
 * code. Otherwise other code would fail later, with a stack trace that does not show the mistake.
 */
final class MountCheck {
  private static final Pattern METHOD = Pattern.compile("[A-Z]+(-[A-Z]+)*+");

  /** The name of a path parameter, which does not affect the paths that match. */
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\+?)[^{}:]+");

  /** A mistake of a service. */
  static final class InvalidMount extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    InvalidMount(String message) {
      super(message);
    }
  }

  private final Map<Route, String> owners = new HashMap<>();
  private String service = "the server";
  private boolean over;

  /** Sets the service whose mounts follow. */
  void service(String name) {
    service = name;
  }

  /** Ends mounting: later mounts fail. */
  void over() {
    over = true;
  }

  Route http(String method, String path, @Nullable Object handler) {
    var route = new Route(Protocol.HTTP, method + " " + path);
    if (!METHOD.matcher(method).matches()) {
      throw new InvalidMount(route + ": '" + method + "' is not a method such as GET");
    }
    return add(route, path, handler, "handler");
  }

  Route webSocket(String path, @Nullable Object listeners) {
    return add(new Route(Protocol.WS, path), path, listeners, "supplier of listeners");
  }

  Route grpc(String method) {
    return add(new Route(Protocol.GRPC, method), "/" + method, method, "handler");
  }

  private Route add(Route route, String path, @Nullable Object given, String what) {
    if (over) {
      throw new IllegalStateException(route + " is mounted after the server was built");
    }
    if (given == null) {
      throw new InvalidMount(route + ": the " + what + " is null");
    }
    check(route, path);
    var same = new Route(route.protocol(), PARAMETER.matcher(route.name()).replaceAll("{$1"));
    var owner = owners.putIfAbsent(same, service);
    if (owner != null) {
      throw new InvalidMount(
          route + " is already mounted by " + (owner.equals(service) ? "the same service" : owner));
    }
    return route;
  }

  private static void check(Route route, String path) {
    if (!path.startsWith("/")) {
      throw new InvalidMount(route + ": the path must begin with /");
    }
    if (path.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#' || c == 127)) {
      throw new InvalidMount(
          route + ": the path must not contain a space, a control character, ? or #");
    }
    try {
      var _ = PathMatchers.create(path);
    } catch (RuntimeException e) {
      throw new InvalidMount(route + ": the path is not a valid pattern: " + e.getMessage());
    }
  }
}
