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
 * Which problem the end of a gRPC call is. A server says it by {@code ErrorInfo} (AIP-193); where
 * that is missing the status code decides, and where the status is the library's own rather than
 * the server's, the library's words for how the stream ended.
 */
final class GrpcFailures {
  private static final Set<String> DOMAINS = Set.of("oneport.dev", "googleapis.com");

  /** What grpc-java writes where the stream ended without a status from the server. */
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
      // The library could not take an answer, and cancelled the call for that.
      return of(odd.getStatus(), trailers);
    }
    var said = said(status);
    var answer = NO_GRPC.matcher(said);
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
                    RetryRules.ofGrpc(status.getCode(), CUT.matcher(said).find(), !delay.isZero()));
    return problem == Problem.CONNECTION_LOST && details.isEmpty()
        ? Failure.of(problem, ForeignText.line(said))
        : new Failure(problem, status.getCode().name(), ForeignText.line(said), delay);
  }

  /**
   * The status that a stub gets of a failure: what the server says keeps its code and words; where
   * it said nothing, the failure does.
   *
   * @param said how the last try ended; OK if there was none
   */
  static Status status(Failure failure, Status said) {
    var code =
        !said.isOk()
            ? said.getCode()
            : failure.problem() == Problem.TOKEN_UNAVAILABLE
                ? Status.Code.UNAUTHENTICATED
                : Status.Code.UNAVAILABLE;
    var words = failure.status().isEmpty() ? null : said.getDescription();
    return code.toStatus()
        .withDescription(words == null ? failure.text() : words)
        .withCause(new CallFailed(failure));
  }

  /**
   * The library's account of a deadline of ours is for those who look for faults in the library.
   */
  private static String said(Status status) {
    var said = status.getDescription();
    return said == null || said.startsWith("CallOptions deadline exceeded") ? "" : said;
  }

  /** An answer that is HTTP but not gRPC; a server's own refusals are always gRPC. */
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
      // Details that cannot be read say nothing.
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
