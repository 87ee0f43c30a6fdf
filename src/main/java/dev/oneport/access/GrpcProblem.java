package dev.oneport.access;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.helidon.http.Header;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A reason as gRPC says it: a status with {@code google.rpc.Status} in {@code
 * grpc-status-details-bin}, which holds one {@code ErrorInfo} (AIP-193) and, where trying again
 * helps, how long to wait.
 */
public final class GrpcProblem {
  static final String DOMAIN = "oneport.dev";

  private static final Metadata.Key<Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin", ProtoUtils.metadataMarshaller(Status.getDefaultInstance()));

  private GrpcProblem() {}

  /** Ends a call with a reason. */
  static void close(ServerCall<?, ?> call, Reason reason, Duration retryAfter) {
    var error = of(reason, retryAfter);
    call.close(
        error.getStatus(), Objects.requireNonNullElseGet(error.getTrailers(), Metadata::new));
  }

  /**
   * The headers of the HTTP answer for a reason that a call's trailers tell; none if they do not.
   */
  public static List<Header> headers(Metadata trailers) {
    var status = trailers.get(DETAILS);
    if (status == null) {
      return List.of();
    }
    try {
      for (var detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          var info = detail.unpack(ErrorInfo.class);
          return info.getDomain().equals(DOMAIN)
              ? HttpProblem.of(Reason.valueOf(info.getReason()), delay(status)).headers()
              : List.of();
        }
      }
      return List.of();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // A service's own details, not of this class's making.
      return List.of();
    }
  }

  private static Duration delay(Status status) throws InvalidProtocolBufferException {
    for (var detail : status.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        var delay = detail.unpack(RetryInfo.class).getRetryDelay();
        return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
      }
    }
    return Gate.RETRY;
  }

  /** The status and trailers for a reason. */
  public static StatusException of(Reason reason, Duration retryAfter) {
    var status =
        Status.newBuilder()
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
