package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.transport.RefusedRequests;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.http.RequestException;
import io.helidon.http.WritableHeaders;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Records requests that were refused before they were routed, on the route that they would have
 * reached, and counts them as calls of their address. Nothing is decided here.
 */
final class RefusedRoutes implements RefusedRequests {
  private record Target(Route route, Set<String> methods, PathMatcher path) {
    boolean takes(HttpPrologue request) {
      return methods.contains(request.method().text()) && path.match(request.uriPath()).accepted();
    }
  }

  private final List<Target> targets = new ArrayList<>();
  private final Guards guards;
  private final ForwardedRequests forwarded;

  /** Sorts the routes in the order in which they are searched. */
  RefusedRoutes(Set<Route> routes, Guards guards, ForwardedRequests forwarded) {
    this.guards = guards;
    this.forwarded = forwarded;
    Stream.of(Protocol.GRPC, Protocol.HTTP, Protocol.WS)
        .flatMap(protocol -> routes.stream().filter(route -> route.protocol() == protocol))
        .map(route -> target(route, routes))
        .forEach(targets::add);
  }

  private static Target target(Route route, Set<Route> all) {
    var name = route.name();
    return switch (route.protocol()) {
      case GRPC -> {
        var path = "/" + name;
        var hidden = all.contains(new Route(Protocol.HTTP, "POST " + path));
        yield target(route, hidden ? Set.of() : Set.of("POST"), path);
      }
      case HTTP -> {
        var space = name.indexOf(' ');
        var method = name.substring(0, space);
        var path = name.substring(space + 1);
        var head = method.equals("GET") && !all.contains(new Route(Protocol.HTTP, "HEAD " + path));
        yield target(route, head ? Set.of("GET", "HEAD") : Set.of(method), path);
      }
      case WS -> target(route, Set.of("GET"), name);
    };
  }

  private static Target target(Route route, Set<String> methods, String path) {
    return new Target(route, methods, PathMatchers.create(path));
  }

  @Override
  public void unreadable(SocketAddress peer) {
    guards.gate().perimeter().count(peer, WritableHeaders.create());
  }

  @Override
  public void refused(
      HttpPrologue request, Headers headers, SocketAddress peer, RequestException answer) {
    guards.gate().perimeter().count(peer, headers);
    targets.stream()
        .filter(target -> target.takes(request) && guards.isMounted(target.route()))
        .map(target -> new ForwardedRequests.Found(target.route(), ""))
        .findFirst()
        .or(() -> forwarded.route(request, headers))
        .ifPresent(
            found -> guards.refused(found.route(), found.path(), request, headers, peer, answer));
  }
}
