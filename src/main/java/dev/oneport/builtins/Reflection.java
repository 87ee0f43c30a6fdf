package dev.oneport.builtins;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.InternalServer;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * gRPC reflection, v1 and v1alpha, with the implementations of grpc-services. They query a
 * grpc-java server, for which this class substitutes an object that knows the mounted services.
 */
public final class Reflection {
  /** All its routes. */
  public static final List<Route> ROUTES =
      Stream.of("v1", "v1alpha")
          .map(version -> "grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo")
          .map(name -> new Route(Protocol.GRPC, name))
          .toList();

  private final Mounted server;

  public Reflection(Supplier<List<ServerServiceDefinition>> services) {
    this.server = new Mounted(services);
  }

  /** The services of both versions; each is mounted if a rule names it, and always in dev mode. */
  public List<Service> services() {
    return List.of(
        port -> port.grpc(asking(ProtoReflectionServiceV1.newInstance())),
        port -> port.grpc(asking(alpha())));
  }

  @SuppressWarnings("deprecation")
  private static BindableService alpha() {
    return ProtoReflectionService.newInstance();
  }

  private BindableService asking(BindableService reflection) {
    return () -> ServerInterceptors.intercept(reflection, new InServer(server));
  }

  private record InServer(Server server) implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      var context = Context.current().withValue(InternalServer.SERVER_CONTEXT_KEY, server);
      return Contexts.interceptCall(context, call, headers, next);
    }
  }

  /** The part of a server that reflection uses. */
  private static final class Mounted extends Server {
    private final Supplier<List<ServerServiceDefinition>> services;

    Mounted(Supplier<List<ServerServiceDefinition>> services) {
      this.services = services;
    }

    @Override
    public List<ServerServiceDefinition> getImmutableServices() {
      return List.of();
    }

    /** Queried each time, because a reload may change the services. */
    @Override
    public List<ServerServiceDefinition> getMutableServices() {
      return services.get();
    }

    @Override
    public List<ServerServiceDefinition> getServices() {
      return services.get();
    }

    @Override
    public Server start() {
      return this;
    }

    @Override
    public Server shutdown() {
      return this;
    }

    @Override
    public Server shutdownNow() {
      return this;
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }

    @Override
    public void awaitTermination() {}
  }
}
