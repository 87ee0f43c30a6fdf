package dev.oneport.transport.calls;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import java.util.List;

/**
 * One method and its handler, including interceptors.
 *
 * @param descriptor the method
 * @param handler the handler, wrapped in all interceptors
 * @param innermost the handler without interceptors, for requests that cannot begin as calls
 * @param codec how its messages are encoded
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

  /** Whether its messages are passed on unchanged, including the metadata about their encoding. */
  @SuppressWarnings("ReferenceEquality") // there is one marshaller of raw messages
  public boolean isRaw() {
    return descriptor.getRequestMarshaller() == RawMessage.MARSHALLER;
  }

  /** The same method, as a unary method. */
  public CallMethod<ReqT, RespT> unary() {
    return new CallMethod<>(
        descriptor.toBuilder().setType(MethodType.UNARY).build(), handler, innermost, codec);
  }

  /** The same method, with its messages encoded in another way. */
  public CallMethod<ReqT, RespT> with(Codec<ReqT, RespT> other) {
    return new CallMethod<>(descriptor, handler, innermost, other);
  }

  private static <ReqT, RespT> ServerCallHandler<ReqT, RespT> intercepted(
      ServerInterceptor interceptor, ServerCallHandler<ReqT, RespT> next) {
    return (call, headers) -> interceptor.interceptCall(call, headers, next);
  }
}
