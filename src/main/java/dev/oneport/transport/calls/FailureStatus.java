package dev.oneport.transport.calls;

import io.grpc.StatusException;

/**
 * How a {@link GrpcFailure} is reported to the client: lets the layer above add to it, such as
 * {@code grpc-status-details-bin}. Also called on the thread that reads a connection, so it must
 * not block.
 */
@FunctionalInterface
public interface FailureStatus {
  /** Adds nothing to the failure's status. */
  FailureStatus PLAIN = failure -> failure.status().asException();

  /** The status and trailers for a failure. */
  StatusException of(GrpcFailure failure);

  /** The status of a failure, even if the layer above throws. */
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
