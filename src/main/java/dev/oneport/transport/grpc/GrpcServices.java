package dev.oneport.transport.grpc;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.helidon.common.context.Context;
import io.helidon.common.context.Contexts;
import io.helidon.webserver.grpc.GrpcMethodDescriptor;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which method serves which path. Paths are compared exactly, as gRPC asks for: there is nothing to
 * match and nothing to normalise.
 */
public final class GrpcServices {
  private final Map<String, GrpcMethod<?, ?>> methods;

  private GrpcServices(Map<String, GrpcMethod<?, ?>> methods) {
    this.methods = Map.copyOf(methods);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The method of a request path, such as {@code /Echo/Ping}. */
  Optional<GrpcMethod<?, ?>> find(String path) {
    return Optional.ofNullable(methods.get(path));
  }

  /** Collects services; a path that two of them have is refused. */
  public static final class Builder {
    private final Map<String, GrpcMethod<?, ?>> methods = new HashMap<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();

    private Builder() {}

    /** Adds one around all services that are added after it; the first is the outermost. */
    public Builder intercept(ServerInterceptor interceptor) {
      interceptors.add(interceptor);
      return this;
    }

    public Builder service(BindableService service) {
      return service(service.bindService());
    }

    public Builder service(ServerServiceDefinition service) {
      service.getMethods().forEach(method -> put(GrpcMethod.of(method, interceptors)));
      return this;
    }

    /**
     * Adds the services of Helidon's routing with its interceptors, in the order of their weights,
     * each call in a Helidon context. Only those registered as {@link GrpcServiceDescriptor} can be
     * seen, such as {@code GrpcServiceDescriptor.builder(bindableService).build()}.
     */
    public Builder routing(GrpcRouting routing) {
      for (var service : routing.services()) {
        service.methods().forEach(method -> put(method(routing, service, method)));
      }
      return this;
    }

    private <ReqT, RespT> GrpcMethod<ReqT, RespT> method(
        GrpcRouting routing,
        GrpcServiceDescriptor service,
        GrpcMethodDescriptor<ReqT, RespT> method) {
      var all = method.interceptors().copyMe();
      all.merge(service.interceptors());
      all.merge(routing.interceptors());
      var chain = new ArrayList<>(interceptors);
      chain.add(helidonContext(service));
      all.stream().distinct().forEach(chain::add);
      return GrpcMethod.of(method.descriptor(), method.callHandler(), chain);
    }

    private static ServerInterceptor helidonContext(GrpcServiceDescriptor service) {
      return new ServerInterceptor() {
        @Override
        public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
            ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
          var context = Context.create();
          context.register(GrpcServiceDescriptor.class, service);
          return Contexts.runInContext(context, () -> next.startCall(call, headers));
        }
      };
    }

    private void put(GrpcMethod<?, ?> method) {
      var path = "/" + method.descriptor().getFullMethodName();
      if (methods.putIfAbsent(path, method) != null) {
        throw new IllegalArgumentException("two services have the method " + path);
      }
    }

    public GrpcServices build() {
      return new GrpcServices(methods);
    }
  }
}
