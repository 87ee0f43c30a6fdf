package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.http2.Http2Stream;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.InternalServer;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Maps paths to methods. Paths are compared exactly, as gRPC requires, without patterns or
 * normalization.
 */
public final class GrpcServices {
  private final Map<String, CallMethod<?, ?>> methods;
  private final Predicate<String> served;
  private final Function<String, Optional<CallMethod<?, ?>>> others;
  private final Function<Http2Stream, Optional<StatusException>> unknown;
  private final Context context;

  private GrpcServices(Builder builder) {
    methods = Map.copyOf(builder.methods);
    served = builder.served;
    others = builder.others;
    unknown = builder.unknown;
    context =
        Context.ROOT.withValue(
            InternalServer.SERVER_CONTEXT_KEY, new ServiceList(builder.definitions));
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The method of a request path, such as {@code /Echo/Ping}. */
  Optional<CallMethod<?, ?>> find(String path) {
    return Optional.<CallMethod<?, ?>>ofNullable(methods.get(path))
        .filter(method -> served.test(method.descriptor().getFullMethodName()))
        .or(() -> path.startsWith("/") ? others.apply(path.substring(1)) : Optional.empty());
  }

  /** Why a call that reaches no method is refused, if not because its method is unknown. */
  Optional<StatusException> turnedAway(Http2Stream call) {
    return unknown.apply(call);
  }

  /** The root context of each call, in which reflection finds the services. */
  Context context() {
    return context;
  }

  /** Collects services; refuses a path that two of them have. */
  public static final class Builder {
    private final Map<String, CallMethod<?, ?>> methods = new HashMap<>();
    private final List<ServerServiceDefinition> definitions = new ArrayList<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();

    private Predicate<String> served = _ -> true;
    private Function<String, Optional<CallMethod<?, ?>>> others = _ -> Optional.empty();

    private Function<Http2Stream, Optional<StatusException>> unknown = _ -> Optional.empty();

    private Builder() {}

    /** Serves only the methods whose full names pass this test; others are unknown. */
    public Builder served(Predicate<String> names) {
      served = names;
      return this;
    }

    /** Looks up full names that no service has; these methods have no interceptors. */
    public Builder others(Function<String, Optional<CallMethod<?, ?>>> names) {
      others = names;
      return this;
    }

    /**
     * Calls this for each call that reaches no method; it must not block. If it returns a status,
     * that is the answer.
     */
    public Builder unknown(Function<Http2Stream, Optional<StatusException>> calls) {
      unknown = calls;
      return this;
    }

    /**
     * Adds an interceptor around all services that are added later; the first one is the outermost.
     */
    public Builder intercept(ServerInterceptor interceptor) {
      interceptors.add(interceptor);
      return this;
    }

    public Builder service(BindableService service) {
      return service(service.bindService());
    }

    public Builder service(ServerServiceDefinition service) {
      definitions.add(service);
      service.getMethods().forEach(method -> put(CallMethod.of(method, interceptors)));
      return this;
    }

    /**
     * Adds the services of Helidon's routing with its interceptors, in the order of their weights,
     * which run in a Helidon context. Only those registered as {@link GrpcServiceDescriptor} can be
     * seen, such as {@code GrpcServiceDescriptor.builder(bindableService).build()}.
     */
    public Builder routing(GrpcRouting routing) {
      for (var service : routing.services()) {
        var helidon = new HelidonService(routing, service);
        definitions.add(helidon.definition());
        helidon.methods(interceptors).forEach(this::put);
      }
      return this;
    }

    private void put(CallMethod<?, ?> method) {
      var path = "/" + method.descriptor().getFullMethodName();
      if (methods.putIfAbsent(path, method) != null) {
        throw new IllegalArgumentException("two services have the method " + path);
      }
    }

    public GrpcServices build() {
      return new GrpcServices(this);
    }
  }
}
