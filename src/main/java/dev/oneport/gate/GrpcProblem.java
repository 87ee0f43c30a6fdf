package dev.oneport.gate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.oneport.api.Reason;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.connect.ErrorHeaders;
import dev.oneport.transport.grpc.StatusCodes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.helidon.http.Header;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A reason in gRPC's terms: a status with {@code google.rpc.Status} in {@code
 * grpc-status-details-bin}, which holds one {@code ErrorInfo} (AIP-193) and, if a retry may
 * succeed, the retry delay.
 */
public final class GrpcProblem {
  static final String DOMAIN = "oneport.dev";

  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  /** Converts errors to an HTTP status and headers. */
  public static final ErrorHeaders HTTP =
      new ErrorHeaders() {
        @Override
        public List<Header> of(io.grpc.Status status, Metadata trailers) {
          return http(status, trailers).headers();
        }

        @Override
        public void send(ServerResponse response, io.grpc.Status status, Metadata trailers) {
          http(status, trailers).send(response);
        }
      };

  private GrpcProblem() {}

  /** Ends a call with a reason. */
  static void close(ServerCall<?, ?> call, Reason reason, Duration retryAfter) {
    var error = of(reason, retryAfter);
    call.close(error.getStatus(), ErrorMapping.trailers(error.getTrailers()));
  }

  /** The reason of the error table that a status's details name; empty if none. */
  static Optional<Reason> reason(Metadata trailers) {
    return info(details(trailers)).flatMap(GrpcProblem::reason);
  }

  /** Converts a status to an HTTP problem. */
  static HttpProblem http(io.grpc.Status status, Metadata trailers) {
    var details = details(trailers);
    var reason = info(details).flatMap(GrpcProblem::reason);
    if (reason.isPresent()) {
      return HttpProblem.of(reason.get(), delay(details).orElse(Gate.RETRY));
    }
    return HttpProblem.of(
        Status.create(StatusCodes.http(status.getCode())),
        info(details).map(ErrorInfo::getReason).orElse(status.getCode().name()),
        status.getDescription(),
        delay(details));
  }

  private static List<Any> details(Metadata trailers) {
    try {
      var status = trailers.get(DETAILS);
      return status == null ? List.of() : status.getDetailsList();
    } catch (IllegalArgumentException e) {
      // The handler set other bytes under that name.
      return List.of();
    }
  }

  private static Optional<ErrorInfo> info(List<Any> details) {
    return first(details, ErrorInfo.class);
  }

  /** A reason of the error table; empty for a service's own reasons. */
  private static Optional<Reason> reason(ErrorInfo info) {
    return info.getDomain().equals(DOMAIN)
        ? Arrays.stream(Reason.values())
            .filter(reason -> reason.name().equals(info.getReason()))
            .findFirst()
        : Optional.empty();
  }

  private static Optional<Duration> delay(List<Any> details) {
    return first(details, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  private static <T extends Message> Optional<T> first(List<Any> details, Class<T> type) {
    for (var detail : details) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** The status and trailers for a failure in the transport. */
  public static StatusException of(GrpcFailure failure) {
    var plain = failure.status();
    var reason = reason(failure);
    if (reason.isEmpty()) {
      return plain.asException();
    }
    if (reason.get().temporary()) {
      return of(reason.get(), Gate.RETRY);
    }
    var status = status(reason.get());
    if (plain.getCode() != code(reason.get())) {
      // gRPC specifies another code for this failure, and the message explains it.
      status.setCode(plain.getCode().value()).setMessage(plain.getDescription());
    }
    return StatusProto.toStatusException(status.build());
  }

  /** The reason for a failure in the transport; empty if it has none. */
  static Optional<Reason> reason(GrpcFailure failure) {
    return switch (failure) {
      case HANDLER_FAILED -> Optional.of(Reason.INTERNAL);
      case MALFORMED, COMPRESSED_WITHOUT_ENCODING, NOT_ONE_MESSAGE ->
          Optional.of(Reason.BAD_REQUEST);
      case MESSAGE_TOO_LARGE -> Optional.of(Reason.MESSAGE_TOO_LARGE);
      case OUT_OF_MEMORY -> Optional.of(Reason.LIMIT_EXCEEDED);
      case ENCODING_UNKNOWN,
          METADATA_TOO_LARGE,
          METHOD_UNKNOWN,
          DEADLINE_EXCEEDED,
          REQUEST_MISSING,
          NOT_POST ->
          Optional.empty();
    };
  }

  private static io.grpc.Status.Code code(Reason reason) {
    return io.grpc.Status.Code.valueOf(reason.code());
  }

  private static com.google.rpc.Status.Builder status(Reason reason) {
    return com.google.rpc.Status.newBuilder()
        .setCode(code(reason).value())
        .setMessage(reason.text())
        .addDetails(
            Any.pack(ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).build()));
  }

  /** The status and trailers for a reason. */
  public static StatusException of(Reason reason, Duration retryAfter) {
    return of(reason, Optional.of(retryAfter).filter(_ -> reason.temporary()));
  }

  /** The status and trailers for a failed call. */
  static StatusException of(FailedCall failure) {
    var reason = failure.reason();
    return reason.temporary() ? of(reason, Gate.RETRY) : of(reason, failure.retryAfter());
  }

  private static StatusException of(Reason reason, Optional<Duration> retryAfter) {
    var status = status(reason);
    retryAfter.ifPresent(
        wait -> {
          var delay =
              com.google.protobuf.Duration.newBuilder()
                  .setSeconds(wait.toSeconds())
                  .setNanos(wait.toNanosPart());
          status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
        });
    return StatusProto.toStatusException(status.build());
  }
}
