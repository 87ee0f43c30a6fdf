package dev.oneport.transport.calls;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;

/** How the messages of a method are encoded. */
public interface Codec<Q, R> {
  /**
   * Reads a request.
   *
   * @throws CallFailure if it is not valid
   */
  Q request(InputStream message);

  InputStream response(R message);

  /**
   * The size of a message in the method's own encoding, if it is known before the message is read;
   * otherwise -1.
   */
  default int size(InputStream message) {
    return -1;
  }

  /** The method's encoding in native gRPC. */
  static <Q, R> Codec<Q, R> binary(MethodDescriptor<Q, R> method) {
    return new Codec<>() {
      @Override
      public Q request(InputStream message) {
        try {
          return method.parseRequest(message);
        } catch (StatusRuntimeException e) {
          System.getLogger(Codec.class.getName()).log(Level.TRACE, "message", e);
          throw new CallFailure(GrpcFailure.MALFORMED, "message");
        }
      }

      @Override
      public int size(InputStream message) {
        try {
          return message instanceof KnownLength ? message.available() : -1;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public InputStream response(R message) {
        return method.streamResponse(message);
      }
    };
  }
}
