package dev.oneport.server;

import dev.oneport.policy.SegmentIndex;
import dev.oneport.policy.Segments;
import io.helidon.common.uri.UriEncoding;
import io.helidon.common.uri.UriPath;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Many HTTP routes as one handler, which calls the same handlers in the same order as Helidon's
 * routing would. Helidon 4.5.0 asks each of its routes in turn, so that a call costs more with each
 * route before its own. Here exact paths are found by a map, and patterns by their segments; of the
 * few that are found, Helidon's matchers decide.
 */
final class HttpRoutes implements Handler {
  /** One route of Helidon's, and its place in the order of registration. */
  private record Entry(int place, HttpRoute route, String element) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return Integer.compare(place, other.place);
    }
  }

  /** A segment with one variable and nothing else: {@code {id}}. */
  private static final Pattern VARIABLE = Pattern.compile("\\{[^{}:+*\\\\/\\[\\]]+}");

  private static final Pattern SPECIAL = Pattern.compile("[{*\\[\\\\]");

  private final Map<String, List<Entry>> exact = new HashMap<>();
  private final SegmentIndex<Entry> patterns = new SegmentIndex<>();
  private int size;
  private boolean hasPatterns;

  /** Adds a route for a path in Helidon's syntax. */
  void route(Method method, String path, Handler handler) {
    add(path, HttpRoute.builder().methods(method).path(path).handler(handler).build());
  }

  /** Adds a route for all methods. */
  void any(String path, Handler handler) {
    add(path, HttpRoute.builder().path(path).handler(handler).build());
  }

  private void add(String path, HttpRoute route) {
    var element = route.pathMatcher().flatMap(PathMatcher::matchingElement).orElse("");
    var entry = new Entry(size++, route, element);
    if (SPECIAL.matcher(path).find()) {
      patterns.add(segments(path), entry);
      hasPatterns = true;
    } else {
      exact.computeIfAbsent(UriEncoding.decodeUri(path), _ -> new ArrayList<>(2)).add(entry);
    }
  }

  /** The segments before the first one that may match anything but one whole segment. */
  private static Segments segments(String path) {
    var names = new ArrayList<String>();
    for (var segment : path.substring(1).split("/", -1)) {
      if (VARIABLE.matcher(segment).matches()) {
        names.add("*");
      } else if (SPECIAL.matcher(segment).find()) {
        return new Segments(names, true);
      } else {
        names.add(segment);
      }
    }
    return new Segments(names, false);
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws Exception {
    var routed = (RoutingRequest) request;
    var routing = (RoutingResponse) response;
    var prologue = request.prologue();
    var tried = false;
    for (var entry : found(prologue.uriPath())) {
      var match = entry.route().accepts(prologue, request.headers());
      if (match.accepted()) {
        tried = true;
        routing.resetRouting();
        routed.path(match.path());
        routed.matchingPattern(entry.element());
        entry.route().handler().handle(request, response);
        if (routing.shouldReroute() || !routing.isNexted() || response.isSent()) {
          return;
        }
      }
    }
    if (!tried) {
      response.next();
    }
  }

  /** The routes that may match, in their order. Helidon compares a path with and without codes. */
  private List<Entry> found(UriPath path) {
    var raw = path.rawPath();
    var decoded = path.path();
    var found = exact.getOrDefault(decoded, List.of());
    var others = raw.equals(decoded) ? List.<Entry>of() : exact.getOrDefault(raw, List.<Entry>of());
    var matching =
        hasPatterns && decoded.startsWith("/")
            ? patterns.find(Arrays.asList(decoded.substring(1).split("/", -1)))
            : List.<Entry>of();
    if (others.isEmpty() && matching.isEmpty()) {
      return found;
    }
    var all = new ArrayList<>(found);
    all.addAll(others);
    all.addAll(matching);
    all.sort(null);
    return all;
  }
}
