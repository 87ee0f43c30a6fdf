package dev.oneport.server;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.ErrorMapping;
import dev.oneport.gate.GrpcProblem;
import dev.oneport.gateway.GrpcGateway;
import dev.oneport.gateway.Upstream;
import dev.oneport.gateway.UpstreamSchemas;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.connect.MethodSchema;
import dev.oneport.transport.connect.WebMethods;
import io.grpc.ServerMethodDefinition;
import io.helidon.webserver.http.Handler;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A forwarded gRPC method behind the guard of its route. */
final class ForwardedMethod {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** The handler of plain HTTP, made for one version of the method's schema. */
  private record Described(MethodDescriptor schema, Handler handler) {}

  private final Route route;
  private final Upstream upstream;
  private final ServerMethodDefinition<RawMessage, RawMessage> definition;
  private final CallMethod<RawMessage, RawMessage> method;
  private volatile @Nullable Described described;

  private ForwardedMethod(
      Route route, Upstream upstream, ServerMethodDefinition<RawMessage, RawMessage> definition) {
    this.route = route;
    this.upstream = upstream;
    this.definition = definition;
    this.method = CallMethod.of(definition, List.of());
  }

  static ForwardedMethod of(GrpcGateway.Method found, Guards guards) {
    return new ForwardedMethod(
        found.route(),
        found.upstream(),
        guards.grpc(found.route(), new ErrorMapping(), found.definition()));
  }

  Route route() {
    return route;
  }

  /** The method for native gRPC. */
  CallMethod<RawMessage, RawMessage> method() {
    return method;
  }

  /** The handler of gRPC-Web and Connect; JSON is served if the method's schema is known. */
  Handler web(WebMethods web, UpstreamSchemas schemas) {
    var schema = schemas.of(upstream);
    if (schema.isEmpty()) {
      return schemas.isPending(upstream)
          ? web.handler(
              definition,
              GrpcProblem.of(Reason.UPSTREAM_UNAVAILABLE, RETRY),
              upstream.name() + ": its schema is not known yet")
          : web.handler(definition);
    }
    var found = schema.get().method(definition.getMethodDescriptor().getFullMethodName());
    if (found.isEmpty()) {
      schemas.refresh(upstream);
      return web.handler(
          definition,
          GrpcProblem.of(GrpcFailure.METHOD_UNKNOWN),
          upstream.name() + ": its schema has no such method");
    }
    return described(web, new MethodSchema(found.get(), schema.get().types()));
  }

  @SuppressWarnings("ReferenceEquality") // another version of a schema has other descriptors
  private Handler described(WebMethods web, MethodSchema schema) {
    var known = described;
    if (known == null || known.schema() != schema.method()) {
      known = new Described(schema.method(), web.handler(definition, schema));
      described = known;
    }
    return known.handler();
  }
}
