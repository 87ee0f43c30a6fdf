package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.CallMethod;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.helidon.common.context.Context;
import io.helidon.common.context.Contexts;
import io.helidon.webserver.grpc.GrpcMethodDescriptor;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/** A service of Helidon's gRPC routing, with everything that Helidon runs around its methods. */
final class HelidonService implements ServerInterceptor {
  private final GrpcRouting routing;
  private final GrpcServiceDescriptor service;

  HelidonService(GrpcRouting routing, GrpcServiceDescriptor service) {
    this.routing = routing;
    this.service = service;
  }

  List<CallMethod<?, ?>> methods(List<ServerInterceptor> outermostFirst) {
    var result = new ArrayList<CallMethod<?, ?>>();
    service.methods().forEach(method -> result.add(method(method, outermostFirst)));
    return result;
  }

  private <ReqT, RespT> CallMethod<ReqT, RespT> method(
      GrpcMethodDescriptor<ReqT, RespT> method, List<ServerInterceptor> outermostFirst) {
    var byWeight = method.interceptors().copyMe();
    byWeight.merge(service.interceptors());
    byWeight.merge(routing.interceptors());
    var chain = new ArrayList<>(outermostFirst);
    var helidons = byWeight.stream().distinct().toList();
    if (!helidons.isEmpty()) {
      chain.add(this);
      chain.addAll(helidons);
    }
    return CallMethod.of(method.descriptor(), method.callHandler(), chain);
  }

  ServerServiceDefinition definition() {
    var descriptor = ServiceDescriptor.newBuilder(service.fullName());
    if (service.proto() != null) {
      descriptor.setSchemaDescriptor((ProtoFileDescriptorSupplier) service::proto);
    }
    service.methods().forEach(method -> descriptor.addMethod(method.descriptor()));
    var definition = ServerServiceDefinition.builder(descriptor.build());
    service.methods().forEach(method -> add(definition, method));
    return definition.build();
  }

  private static <ReqT, RespT> void add(
      ServerServiceDefinition.Builder definition, GrpcMethodDescriptor<ReqT, RespT> method) {
    definition.addMethod(method.descriptor(), method.callHandler());
  }

  /**
   * Helidon's interceptors look for the service in the Helidon context; without them none is
   * needed.
   */
  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    var context = Context.create();
    context.register(GrpcServiceDescriptor.class, service);
    return Contexts.runInContext(context, () -> next.startCall(call, headers));
  }
}
