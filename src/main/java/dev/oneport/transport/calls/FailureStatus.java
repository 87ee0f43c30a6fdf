package dev.oneport.transport.calls;

import io.grpc.StatusException;

/**
 * How a {@link GrpcFailure} is told to the client: for the layer above, which may have more to say,
 * such as {@code grpc-status-details-bin}. Called on the thread that reads a connection, too: must
 * not block.
 */
@FunctionalInterface
public interface FailureStatus {
  /** Says nothing more than the failure's own status. */
  FailureStatus PLAIN = failure -> failure.status().asException();

  /** The status and trailers for a failure. */
  StatusException of(GrpcFailure failure);

  /** What is told of a failure, also where the layer above fails to say it. */
  default StatusException orPlain(GrpcFailure failure) {
    try {
      return of(failure);
    } catch (RuntimeException e) {
      System.getLogger(FailureStatus.class.getName())
          .log(System.Logger.Level.WARNING, "no details for " + failure, e);
      return failure.status().asException();
    }
  }
}
