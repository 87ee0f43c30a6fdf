package dev.oneport.server;

import dev.oneport.api.Route;
import dev.oneport.gate.Entrance;
import dev.oneport.gate.ErrorMapping;
import dev.oneport.gate.Gate;
import dev.oneport.gate.GrpcGuard;
import dev.oneport.gate.HttpGuard;
import dev.oneport.gate.WebSocketGuard;
import dev.oneport.gateway.CanonicalPath;
import dev.oneport.gateway.ForwardedRoute;
import dev.oneport.record.CallSink;
import dev.oneport.record.CallTracer;
import dev.oneport.transport.RequestMemory;
import io.grpc.ServerMethodDefinition;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.Handler;
import io.helidon.websocket.WsListener;
import java.net.SocketAddress;
import java.util.function.Supplier;

/** Creates the guards, which all use the same gate. */
record Guards(Gate gate, CallSink sink, CallTracer tracer, RequestMemory memory) {
  /** Whether the route is served, by a service or an upstream, which the current policy knows. */
  boolean serves(Route route) {
    return gate.policy().has(route);
  }

  /** Whether a service serves it. */
  boolean isMounted(Route route) {
    return gate.policy().isMounted(route);
  }

  Handler http(Route route, ErrorMapping errors, Handler handler) {
    return new HttpGuard(entrance(route, errors), memory, handler);
  }

  /** A guard for a request that its handler forwards. */
  Handler forwarding(ForwardedRoute found, CanonicalPath path, Handler handler) {
    return HttpGuard.forwarding(
        entrance(found.route(), new ErrorMapping()),
        memory,
        handler,
        path.text(),
        () -> found.parameters(path));
  }

  <Q, R> ServerMethodDefinition<Q, R> grpc(
      Route route, ErrorMapping errors, ServerMethodDefinition<Q, R> method) {
    return method.withServerCallHandler(
        new GrpcGuard<>(entrance(route, errors), method.getServerCallHandler()));
  }

  Supplier<WsListener> webSocket(
      Route route, ErrorMapping errors, Supplier<? extends WsListener> listeners) {
    var entrance = entrance(route, errors);
    return () -> new WebSocketGuard(entrance, listeners);
  }

  /** Records a request for a route that its connection refused. */
  void refused(
      Route route,
      String path,
      HttpPrologue request,
      Headers headers,
      SocketAddress peer,
      RequestException answer) {
    HttpGuard.refused(entrance(route, new ErrorMapping()), path, request, headers, peer, answer);
  }

  /** A guard for a socket that its listener forwards. */
  WsListener forwarding(ForwardedRoute found, CanonicalPath path, Supplier<WsListener> listeners) {
    return WebSocketGuard.forwarding(
        entrance(found.route(), new ErrorMapping()),
        listeners,
        path.text(),
        () -> found.parameters(path));
  }

  private Entrance entrance(Route route, ErrorMapping errors) {
    return new Entrance(gate, sink, tracer, route, errors);
  }
}
