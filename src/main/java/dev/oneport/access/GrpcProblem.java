package dev.oneport.access;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Objects;

/**
 * A reason as gRPC says it: a status with {@code google.rpc.Status} in {@code
 * grpc-status-details-bin}, which holds one {@code ErrorInfo} (AIP-193) and, where trying again
 * helps, how long to wait.
 */
public final class GrpcProblem {
  static final String DOMAIN = "oneport.dev";

  private GrpcProblem() {}

  /** Ends a call with a reason. */
  static void close(ServerCall<?, ?> call, Reason reason, Duration retryAfter) {
    var error = of(reason, retryAfter);
    call.close(
        error.getStatus(), Objects.requireNonNullElseGet(error.getTrailers(), Metadata::new));
  }

  /** The status and trailers for a reason. */
  public static StatusException of(Reason reason, Duration retryAfter) {
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(reason.grpc().value())
            .setMessage(reason.text())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).build()));
    if (reason.temporary()) {
      var delay =
          com.google.protobuf.Duration.newBuilder()
              .setSeconds(retryAfter.toSeconds())
              .setNanos(retryAfter.toNanosPart());
      status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
    }
    return StatusProto.toStatusException(status.build());
  }
}
