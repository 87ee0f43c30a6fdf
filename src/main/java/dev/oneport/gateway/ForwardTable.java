package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.RoutePattern;
import dev.oneport.policy.SegmentIndex;
import dev.oneport.policy.Segments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the route of each forwarded call. If several forwards match, the most specific path wins,
 * then a named method; the same order applies to the routes of that forward.
 */
public final class ForwardTable {
  private record Row(ForwardedRoute forwarded, List<Segments> parts) {
    static Row of(ForwardedRoute forwarded) {
      return new Row(forwarded, RoutePattern.of(forwarded.route()).parts());
    }

    /** What it is found by: the path, or the service and the method. */
    Segments key() {
      var first = parts.getFirst();
      return forwarded.route().protocol() == Protocol.GRPC && !first.rest()
          ? new Segments(joined(first.names(), parts.getLast().names()), false)
          : forwarded.route().protocol() == Protocol.GRPC ? first : parts.getLast();
    }

    boolean matches(Segments first, Segments last) {
      return parts.getFirst().contains(first) && parts.getLast().contains(last);
    }

    Specificity specificity() {
      return Specificity.of(RoutePattern.of(forwarded.route()));
    }

    boolean names(String method) {
      return parts.getFirst().names().getFirst().equals(method);
    }
  }

  private static final Comparator<Row> BY_FORWARD =
      Comparator.comparing(row -> Specificity.of(row.forwarded().forward().pattern()));

  /** Forwards nothing. */
  public static final ForwardTable EMPTY = new ForwardTable(List.of());

  private final Map<Protocol, List<Row>> rows = new EnumMap<>(Protocol.class);
  private final Map<Protocol, SegmentIndex<Integer>> index = new EnumMap<>(Protocol.class);

  private ForwardTable(Collection<ForwardedRoute> forwarded) {
    for (var protocol : Protocol.values()) {
      var sorted =
          forwarded.stream()
              .filter(it -> it.route().protocol() == protocol)
              .map(Row::of)
              .sorted(BY_FORWARD.thenComparing(Row::specificity))
              .toList();
      var places = new SegmentIndex<Integer>();
      for (int i = 0; i < sorted.size(); i++) {
        places.add(sorted.get(i).key(), i);
      }
      rows.put(protocol, sorted);
      index.put(protocol, places);
    }
  }

  /**
   * Splits forwards by the rules of a policy. A forward that no rule covers becomes one route, so
   * that it is reported.
   */
  public static ForwardTable of(Forwards forwards, PolicyFile policy) {
    var all = new ArrayList<ForwardedRoute>();
    for (var forward : forwards.forwards()) {
      var routes = policy.split(forward.pattern());
      (routes.isEmpty() ? Set.of(forward.pattern().route()) : routes)
          .forEach(
              route ->
                  all.add(
                      new ForwardedRoute(
                          route, forward, policy.variables(route, forward.variables()))));
    }
    return new ForwardTable(all);
  }

  /** Whether any forward is for this protocol. */
  public boolean has(Protocol protocol) {
    return !rows(protocol).isEmpty();
  }

  /** All routes. */
  public Set<Route> routes() {
    var routes = new LinkedHashSet<Route>();
    rows.values().forEach(some -> some.forEach(row -> routes.add(row.forwarded().route())));
    return routes;
  }

  /** All routes with their forwards. */
  public List<ForwardedRoute> all() {
    return rows.values().stream().flatMap(List::stream).map(Row::forwarded).toList();
  }

  /** The route of a request. A HEAD request that no rule names is treated like a GET. */
  public Optional<ForwardedRoute> http(String method, CanonicalPath path) {
    var segments = new Segments(path.segments(), false);
    var near = near(Protocol.HTTP, path.segments());
    if (!method.equals("HEAD")) {
      return first(near, name(method), segments);
    }
    return near.stream()
        .filter(row -> row.names("HEAD") && row.parts().getLast().contains(segments))
        .findFirst()
        .map(Row::forwarded)
        .or(() -> first(near, name("GET"), segments));
  }

  /** Whether a request for this path is forwarded, by any method. */
  public boolean hasHttp(CanonicalPath path) {
    var segments = new Segments(path.segments(), false);
    for (var row : near(Protocol.HTTP, path.segments())) {
      if (row.parts().getLast().contains(segments)) {
        return true;
      }
    }
    return false;
  }

  /** The methods that are forwarded for a path; {@code *} for any. */
  public Set<String> methods(CanonicalPath path) {
    var segments = new Segments(path.segments(), false);
    var methods = new LinkedHashSet<String>();
    near(Protocol.HTTP, path.segments()).stream()
        .filter(row -> row.parts().getLast().contains(segments))
        .forEach(row -> methods.addAll(row.parts().getFirst().names()));
    return methods;
  }

  /**
   * The route of a gRPC call.
   *
   * @param method its full name, such as {@code ledger.v1.Ledger/Post}
   */
  public Optional<ForwardedRoute> grpc(String method) {
    int slash = method.lastIndexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    var service = List.of(method.substring(0, slash).split("\\.", -1));
    var name = List.of(method.substring(slash + 1));
    return first(
        near(Protocol.GRPC, joined(service, name)),
        new Segments(service, false),
        new Segments(name, false));
  }

  /** The route of a WebSocket. */
  public Optional<ForwardedRoute> webSocket(CanonicalPath path) {
    var segments = new Segments(path.segments(), false);
    return first(near(Protocol.WS, path.segments()), segments, segments);
  }

  /** The route of a call that is written like a route, such as {@code HTTP GET /orders/7}. */
  public Optional<Route> route(String call) {
    var parts = call.strip().split("\\s+", -1);
    var found =
        switch (parts[0] + " " + parts.length) {
          case "HTTP 3" -> CanonicalPath.of(parts[2]).flatMap(path -> http(parts[1], path));
          case "GRPC 2" -> grpc(parts[1]);
          case "WS 2" -> CanonicalPath.of(parts[1]).flatMap(this::webSocket);
          default -> Optional.<ForwardedRoute>empty();
        };
    return found.map(ForwardedRoute::route);
  }

  private static Optional<ForwardedRoute> first(List<Row> rows, Segments first, Segments last) {
    return rows.stream().filter(row -> row.matches(first, last)).findFirst().map(Row::forwarded);
  }

  /** The rows that may match, in their order. */
  private List<Row> near(Protocol protocol, List<String> names) {
    var all = rows(protocol);
    var places = index.get(protocol);
    return places == null ? List.of() : places.find(names).stream().map(all::get).toList();
  }

  private static List<String> joined(List<String> some, List<String> others) {
    var all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  private List<Row> rows(Protocol protocol) {
    return rows.getOrDefault(protocol, List.of());
  }

  private static Segments name(String name) {
    return new Segments(List.of(name), false);
  }
}
