package dev.oneport.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.gateway.ForwardTable;
import dev.oneport.gateway.ForwardedIdentities;
import dev.oneport.gateway.GrpcConnections;
import dev.oneport.gateway.GrpcGateway;
import dev.oneport.gateway.UpstreamSchemas;
import dev.oneport.gateway.UpstreamStandings;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.connect.Cors;
import dev.oneport.transport.connect.WebMethods;
import io.grpc.ServerServiceDefinition;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The forwarded gRPC methods, each with the guard of its route. A reload replaces them; open calls
 * keep the guard and the upstream that they began with.
 */
final class ForwardedMethods implements AutoCloseable {
  private static final int REMEMBERED = 1_000;

  private record State(
      GrpcGateway gateway,
      ForwardTable table,
      Cache<String, Optional<ForwardedMethod>> known,
      AtomicReference<ForwardedServices> described) {}

  private final Guards guards;
  private final GrpcLimits limits;
  private final GrpcConnections connections;
  private final UpstreamSchemas schemas;
  private volatile @Nullable State state;

  /** Creates an empty set. */
  ForwardedMethods(Guards guards, GrpcLimits limits, UpstreamStandings standings) {
    this.guards = guards;
    this.limits = limits;
    this.connections = new GrpcConnections(guards.memory().another(), standings);
    this.schemas = new UpstreamSchemas(connections);
  }

  private State state(Plan plan, ForwardedIdentities identities) {
    var gateway =
        new GrpcGateway(
            plan.table(), connections, identities, plan.settings().edge().proxies(), limits);
    return new State(
        gateway,
        plan.table(),
        Caffeine.newBuilder().maximumSize(REMEMBERED).build(),
        new AtomicReference<>(ForwardedServices.NONE));
  }

  /** Replaces the methods with those of a plan. */
  void replace(Plan plan, ForwardedIdentities identities) {
    state = state(plan, identities);
    schemas.replace(plan.forwards(), identities);
    connections.retain(plan.forwards().upstreams().values());
  }

  /** The method with this full name, if it is forwarded. */
  Optional<CallMethod<?, ?>> find(String name) {
    return guarded(name).map(ForwardedMethod::method);
  }

  private Optional<ForwardedMethod> guarded(String name) {
    var now = state;
    if (now == null) {
      return Optional.empty();
    }
    return now.known()
        .get(name, _ -> now.gateway().method(name).map(found -> ForwardedMethod.of(found, guards)))
        .filter(found -> guards.serves(found.route()));
  }

  /**
   * The forwarded services whose schema is known.
   *
   * @param mounted the services that are mounted here
   */
  ForwardedServices described(List<ServerServiceDefinition> mounted) {
    var now = state;
    if (now == null) {
      return ForwardedServices.NONE;
    }
    var known = schemas.known();
    var last = now.described().get();
    if (known.equals(last.schemas())) {
      return last;
    }
    var next = ForwardedServices.of(now.table(), known, mounted);
    now.described().set(next);
    return next;
  }

  /**
   * Answers calls of forwarded methods by gRPC-Web and Connect, and has requests that are not for
   * them handled by the others. A method's path that is no other's is answered as that of a mounted
   * one: only by its methods and content types.
   */
  Handler plainHttp(WebMethods web, ForwardedRequests others, Cors cors) {
    var perimeter = guards.gate().perimeter();
    var otherMethod =
        perimeter.guard(perimeter.limit(HttpAnswers.otherMethod(Set.of("POST"), cors)));
    return (request, response) -> {
      var method = method(others, request);
      if (method.isEmpty()) {
        others.handle(request, response);
      } else if (isPost(request)) {
        // Its own guard looks at the host, and answers in the call's format.
        method.get().web(web, schemas).handle(request, response);
      } else {
        otherMethod.handle(request, response);
      }
    };
  }

  private static boolean isPost(ServerRequest request) {
    return request.prologue().method().equals(Method.POST);
  }

  /** The method that a request is for, unless that is for an HTTP forward. */
  private Optional<ForwardedMethod> method(ForwardedRequests others, ServerRequest request) {
    var path = request.prologue().uriPath().rawPath();
    var ours =
        (isPost(request) && WebMethods.isCall(request.headers()))
            || !others.covers(request.prologue());
    return ours && path.startsWith("/") ? guarded(path.substring(1)) : Optional.empty();
  }

  @Override
  public void close() {
    schemas.close();
    connections.close();
  }
}
