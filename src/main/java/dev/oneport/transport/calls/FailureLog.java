package dev.oneport.transport.calls;

import io.grpc.MethodDescriptor;
import java.lang.System.Logger.Level;

/** Logs why calls fail, with details that clients must not see. */
final class FailureLog {
  private static final System.Logger LOGGER = System.getLogger(FailureLog.class.getName());

  private FailureLog() {}

  /**
   * The failure to report to the client; a handler that fails because its call is over is not
   * logged.
   */
  static GrpcFailure write(MethodDescriptor<?, ?> method, Throwable failure, boolean cancelled) {
    var name = method.getFullMethodName();
    if (failure instanceof CallFailure known) {
      LOGGER.log(Level.DEBUG, "gRPC call {0} refused: {1}", name, known.getMessage());
      return known.failure();
    }
    if (!cancelled) {
      LOGGER.log(Level.WARNING, "gRPC call " + name, failure);
    }
    return GrpcFailure.HANDLER_FAILED;
  }
}
