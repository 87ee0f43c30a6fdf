package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.HttpProblem;
import dev.oneport.gateway.CanonicalPath;
import dev.oneport.gateway.ForwardTable;
import dev.oneport.gateway.ForwardedRoute;
import dev.oneport.gateway.Forwarding;
import dev.oneport.transport.connect.Cors;
import dev.oneport.transport.connect.WebMethods;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Handles the HTTP requests that no service mounts, each behind the guard of its forward. A request
 * is forwarded with the same canonical path that its route was found by.
 */
record ForwardedRequests(Supplier<Forwarding> current, Guards guards, Cors cors)
    implements Handler {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** A route that is forwarded, and the path of a request for it. */
  record Found(Route route, String path) {}

  /** The route of a request that was refused before it was routed. */
  Optional<Found> route(HttpPrologue prologue, Headers headers) {
    var table = current.get().table();
    var name = prologue.uriPath().rawPath().replaceFirst("^/", "");
    var method =
        prologue.method().equals(Method.POST) ? table.grpc(name) : Optional.<ForwardedRoute>empty();
    var grpc = method.map(found -> new Found(found.route(), "/" + name));
    var type = headers.first(HeaderNames.CONTENT_TYPE).orElse("");
    if (WebMethods.isCall(headers) || type.startsWith("application/grpc")) {
      return grpc;
    }
    return CanonicalPath.of(prologue.uriPath().rawPath())
        .flatMap(
            path ->
                table
                    .http(prologue.method().text(), path)
                    .or(() -> socketRoute(table, prologue, path))
                    .map(found -> new Found(found.route(), path.text())))
        .or(() -> grpc);
  }

  private static Optional<ForwardedRoute> socketRoute(
      ForwardTable table, HttpPrologue prologue, CanonicalPath path) {
    return prologue.method().equals(Method.GET) ? table.webSocket(path) : Optional.empty();
  }

  /** Whether an HTTP request or a socket of that path is forwarded, by whatever method. */
  boolean covers(HttpPrologue prologue) {
    var table = current.get().table();
    return CanonicalPath.of(prologue.uriPath().rawPath())
        .filter(path -> table.hasHttp(path) || table.webSocket(path).isPresent())
        .isPresent();
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws Exception {
    var now = current.get();
    var prologue = request.prologue();
    var path = CanonicalPath.of(prologue.uriPath().rawPath());
    var forwarded = path.flatMap(it -> now.table().http(prologue.method().text(), it));
    if (forwarded.isPresent() && !(cors.on() && prologue.method().equals(Method.OPTIONS))) {
      // Its guard looks at the host, and the refusal has an audit line.
      forward(now, forwarded.get(), path.get()).handle(request, response);
    } else if (now.table().has(Protocol.HTTP) || now.table().has(Protocol.WS)) {
      guards
          .gate()
          .perimeter()
          .guard((_, _) -> handleOther(now, path, forwarded, request, response))
          .handle(request, response);
    } else {
      response.next();
    }
  }

  /** A request without a route, or one that asks about the rules of pages. */
  private void handleOther(
      Forwarding now,
      Optional<CanonicalPath> found,
      Optional<ForwardedRoute> forwarded,
      ServerRequest request,
      ServerResponse response)
      throws Exception {
    var perimeter = guards.gate().perimeter();
    if (found.isEmpty()) {
      perimeter
          .limit((_, answer) -> HttpProblem.of(Reason.BAD_REQUEST).send(answer))
          .handle(request, response);
      return;
    }
    var path = found.get();
    var methods = now.table().methods(path);
    if (methods.isEmpty()) {
      if (now.table().webSocket(path).isPresent()) {
        perimeter.limit(HttpAnswers.upgradeRequired()).handle(request, response);
      } else {
        response.next();
      }
      return;
    }
    if (cors.on() && cors.preflight(request, response, asked(now.table(), path, methods))) {
      return;
    }
    if (forwarded.isEmpty()) {
      perimeter.limit(HttpAnswers.otherMethod(methods, cors)).handle(request, response);
      return;
    }
    forward(now, forwarded.get(), path).handle(request, response);
  }

  private Handler forward(Forwarding now, ForwardedRoute found, CanonicalPath path) {
    return guards.forwarding(
        found, path, (allowed, answer) -> now.forward(allowed, answer, found, path));
  }

  /** The listener of a socket that no service mounts; empty if it is not forwarded. */
  Optional<WsListener> socket(HttpPrologue prologue) {
    var now = current.get();
    if (!now.table().has(Protocol.WS)) {
      return Optional.empty();
    }
    return CanonicalPath.of(prologue.uriPath().rawPath())
        .flatMap(
            path ->
                now.table()
                    .webSocket(path)
                    .map(found -> guards.forwarding(found, path, () -> now.socket(found, path))));
  }

  /** The methods that a page may use: by gRPC-Web and Connect also that of a gRPC method. */
  private static Set<String> asked(ForwardTable table, CanonicalPath path, Set<String> methods) {
    var named = new LinkedHashSet<>(methods);
    if (table.grpc(path.text().substring(1)).isPresent()) {
      named.add("POST");
    }
    if (named.remove("*")) {
      named.addAll(METHODS);
    }
    return named;
  }
}
