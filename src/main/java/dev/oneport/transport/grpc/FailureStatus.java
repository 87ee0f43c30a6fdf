package dev.oneport.transport.grpc;

import io.grpc.Metadata;

/**
 * Adds to the status of a {@link GrpcFailure} what the layer above has to say, such as {@code
 * grpc-status-details-bin}. Called on the thread that reads a connection, too: must not block.
 */
@FunctionalInterface
public interface FailureStatus {
  /** Says nothing more than the status. */
  FailureStatus PLAIN = _ -> new Metadata();

  /** The trailers that go with the failure's status. */
  Metadata trailers(GrpcFailure failure);
}
