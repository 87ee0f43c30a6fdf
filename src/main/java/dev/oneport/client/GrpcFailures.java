package dev.oneport.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Maps the status of a failed gRPC call to a problem. A server names the reason in {@code
 * ErrorInfo} (AIP-193). Without it the status code decides; if grpc-java itself made up the status,
 * its description of how the stream ended does.
 */
final class GrpcFailures {
  private static final Set<String> DOMAINS = Set.of("oneport.dev", "googleapis.com");

  /** grpc-java's descriptions of a stream that ended without a status from the server. */
  private static final Pattern CUT =
      Pattern.compile("Rst Stream|unexpected EOS|error in frame handler|missing GRPC status");

  private static final Pattern NO_GRPC =
      Pattern.compile(
          "HTTP status code (\\d{3}).*invalid content-type: ([^\\s;]+)", Pattern.DOTALL);

  private GrpcFailures() {}

  static Failure of(Status status, Metadata trailers) {
    if (status.getCause() instanceof CallFailed known) {
      return known.failure();
    }
    if (status.getCause() instanceof StatusRuntimeException odd) {
      // The library could not handle the response, and cancelled the call because of it.
      return of(odd.getStatus(), trailers);
    }
    var description = description(status);
    var answer = NO_GRPC.matcher(description);
    if (answer.find()) {
      return noGrpc(status, Integer.parseInt(answer.group(1)), answer.group(2));
    }
    var connection = ConnectFailures.in(status.getCause());
    if (connection.isPresent()) {
      return connection.get();
    }
    var details = details(status, trailers);
    var delay = delay(details);
    var problem =
        reason(details)
            .flatMap(RetryRules::ofReason)
            .orElseGet(
                () ->
                    RetryRules.ofGrpc(
                        status.getCode(), CUT.matcher(description).find(), !delay.isZero()));
    return problem == Problem.CONNECTION_LOST && details.isEmpty()
        ? Failure.of(problem, ForeignText.line(description))
        : new Failure(problem, status.getCode().name(), ForeignText.line(description), delay);
  }

  /**
   * The status that a stub gets for a failure: the server's code and description, or if it sent
   * none, a code and description made from the failure.
   *
   * @param server the status of the last try; OK if there was none
   */
  static Status status(Failure failure, Status server) {
    var code =
        !server.isOk()
            ? server.getCode()
            : failure.problem() == Problem.TOKEN_UNAVAILABLE
                ? Status.Code.UNAUTHENTICATED
                : Status.Code.UNAVAILABLE;
    var words = failure.status().isEmpty() ? null : server.getDescription();
    return code.toStatus()
        .withDescription(words == null ? failure.text() : words)
        .withCause(new CallFailed(failure));
  }

  /**
   * The status description; empty for an exceeded deadline, where grpc-java reports its own
   * internals.
   */
  private static String description(Status status) {
    var text = status.getDescription();
    return text == null || text.startsWith("CallOptions deadline exceeded") ? "" : text;
  }

  /** A response that is HTTP but not gRPC; a OnePort server always refuses gRPC calls in gRPC. */
  private static Failure noGrpc(Status status, int http, String type) {
    if (!type.contains("html")) {
      return Failure.of(
          http == 200 ? Problem.NOT_THE_SERVER : RetryRules.ofHttp(http),
          String.valueOf(http),
          ForeignText.line(type) + " came back, not gRPC");
    }
    var problem =
        switch (http) {
          case 401, 403, 429, 502, 503, 504 -> RetryRules.ofHttp(http);
          default -> Problem.NOT_THE_SERVER;
        };
    return Failure.of(problem, status.getCode() + ", HTTP " + http, HttpFailures.HTML);
  }

  private static List<Any> details(Status status, Metadata trailers) {
    try {
      return Objects.requireNonNull(StatusProto.fromStatusAndTrailers(status, trailers))
          .getDetailsList();
    } catch (IllegalArgumentException e) {
      // Unreadable details are ignored.
      return List.of();
    }
  }

  private static Optional<String> reason(List<Any> details) {
    return details.stream()
        .flatMap(detail -> unpack(detail, ErrorInfo.class).stream())
        .filter(info -> DOMAINS.contains(info.getDomain()))
        .map(ErrorInfo::getReason)
        .findFirst();
  }

  private static Duration delay(List<Any> details) {
    return details.stream()
        .flatMap(detail -> unpack(detail, RetryInfo.class).stream())
        .map(info -> info.getRetryDelay())
        .map(
            delay ->
                Duration.ofSeconds(
                    Math.clamp(delay.getSeconds(), 0, 1 << 20), Math.max(0, delay.getNanos())))
        .findFirst()
        .orElse(Duration.ZERO);
  }

  private static <T extends com.google.protobuf.Message> Optional<T> unpack(
      Any detail, Class<T> type) {
    try {
      return detail.is(type) ? Optional.of(detail.unpack(type)) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
