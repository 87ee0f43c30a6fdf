package dev.oneport.transport.calls;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import java.util.List;

/**
 * One method and what runs when it is called, interceptors included.
 *
 * @param descriptor the method
 * @param handler what is called, all interceptors around it
 * @param innermost the same without interceptors: requests that are no calls do not concern them
 * @param codec how its messages are written
 */
public record CallMethod<ReqT, RespT>(
    MethodDescriptor<ReqT, RespT> descriptor,
    ServerCallHandler<ReqT, RespT> handler,
    ServerCallHandler<ReqT, RespT> innermost,
    Codec<ReqT, RespT> codec) {

  public static <ReqT, RespT> CallMethod<ReqT, RespT> of(
      ServerMethodDefinition<ReqT, RespT> definition, List<ServerInterceptor> outermostFirst) {
    return of(definition.getMethodDescriptor(), definition.getServerCallHandler(), outermostFirst);
  }

  public static <ReqT, RespT> CallMethod<ReqT, RespT> of(
      MethodDescriptor<ReqT, RespT> descriptor,
      ServerCallHandler<ReqT, RespT> innermost,
      List<ServerInterceptor> outermostFirst) {
    var handler = innermost;
    for (var interceptor : outermostFirst.reversed()) {
      handler = intercepted(interceptor, handler);
    }
    return new CallMethod<>(descriptor, handler, innermost, Codec.binary(descriptor));
  }

  /** Whether its messages are passed as they come, and so are the metadata that speak of them. */
  public boolean isRaw() {
    return descriptor.getRequestMarshaller() == RawMessage.MARSHALLER;
  }

  /** The same method as one that takes one message and gives one. */
  public CallMethod<ReqT, RespT> unary() {
    return new CallMethod<>(
        descriptor.toBuilder().setType(MethodType.UNARY).build(), handler, innermost, codec);
  }

  /** The same method, with its messages written in another way. */
  public CallMethod<ReqT, RespT> with(Codec<ReqT, RespT> other) {
    return new CallMethod<>(descriptor, handler, innermost, other);
  }

  private static <ReqT, RespT> ServerCallHandler<ReqT, RespT> intercepted(
      ServerInterceptor interceptor, ServerCallHandler<ReqT, RespT> next) {
    return (call, headers) -> interceptor.interceptCall(call, headers, next);
  }
}
