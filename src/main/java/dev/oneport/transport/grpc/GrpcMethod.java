package dev.oneport.transport.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * One method and what runs when it is called, interceptors included.
 *
 * @param descriptor the method
 * @param handler what is called, all interceptors around it
 * @param innermost the same without interceptors: requests that are no calls do not concern them
 */
record GrpcMethod<ReqT, RespT>(
    MethodDescriptor<ReqT, RespT> descriptor,
    ServerCallHandler<ReqT, RespT> handler,
    ServerCallHandler<ReqT, RespT> innermost) {

  static <ReqT, RespT> GrpcMethod<ReqT, RespT> of(
      ServerMethodDefinition<ReqT, RespT> definition, List<ServerInterceptor> outermostFirst) {
    return of(definition.getMethodDescriptor(), definition.getServerCallHandler(), outermostFirst);
  }

  static <ReqT, RespT> GrpcMethod<ReqT, RespT> of(
      MethodDescriptor<ReqT, RespT> descriptor,
      ServerCallHandler<ReqT, RespT> innermost,
      List<ServerInterceptor> outermostFirst) {
    var handler = innermost;
    for (var interceptor : outermostFirst.reversed()) {
      handler = intercepted(interceptor, handler);
    }
    return new GrpcMethod<>(descriptor, handler, innermost);
  }

  /** A client's message; {@link CallFailure} if it is none. */
  ReqT parse(InputStream message) {
    try {
      return descriptor.parseRequest(message);
    } catch (StatusRuntimeException e) {
      System.getLogger(GrpcMethod.class.getName()).log(Level.TRACE, "message", e);
      throw new CallFailure(GrpcFailure.MALFORMED, "message");
    }
  }

  private static <ReqT, RespT> ServerCallHandler<ReqT, RespT> intercepted(
      ServerInterceptor interceptor, ServerCallHandler<ReqT, RespT> next) {
    return (call, headers) -> interceptor.interceptCall(call, headers, next);
  }
}
