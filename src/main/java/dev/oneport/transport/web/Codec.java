package dev.oneport.transport.web;

import dev.oneport.transport.grpc.CallFailure;
import dev.oneport.transport.grpc.GrpcFailure;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/** How the messages of a method are written. */
interface Codec<Q, R> {
  /**
   * Reads a request.
   *
   * @throws CallFailure if it is none
   */
  Q request(InputStream message);

  InputStream response(R message);

  /** As the method has it for gRPC itself. */
  static <Q, R> Codec<Q, R> binary(MethodDescriptor<Q, R> method) {
    return new Codec<>() {
      @Override
      public Q request(InputStream message) {
        try {
          return method.parseRequest(message);
        } catch (StatusRuntimeException e) {
          throw new CallFailure(GrpcFailure.MALFORMED, "message");
        }
      }

      @Override
      public InputStream response(R message) {
        return method.streamResponse(message);
      }
    };
  }
}
