package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.oneport.testing.TestIssuer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The problem for each end of a gRPC call. */
final class GrpcFailuresTest {
  private static final Any DRAINING = info("DRAINING", "oneport.dev");
  private static final Any WAIT =
      Any.pack(
          RetryInfo.newBuilder()
              .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(3))
              .build());

  static Stream<Arguments> ends() {
    return Stream.of(
        row("a reason", Status.Code.UNAVAILABLE, List.of(DRAINING, WAIT), Problem.DRAINING, 3),
        row(
            "a reason after others",
            Status.Code.UNAVAILABLE,
            List.of(violation(), WAIT, DRAINING),
            Problem.DRAINING,
            3),
        row(
            "a reason of Google's",
            Status.Code.UNAUTHENTICATED,
            List.of(info("ACCESS_TOKEN_EXPIRED", "googleapis.com")),
            Problem.TOKEN_EXPIRED,
            0),
        row(
            "another domain's reason",
            Status.Code.UNAUTHENTICATED,
            List.of(info("DRAINING", "example.com")),
            Problem.TOKEN_INVALID,
            0),
        row(
            "a reason that is new",
            Status.Code.PERMISSION_DENIED,
            List.of(info("NEW", "oneport.dev")),
            Problem.NOT_ALLOWED,
            0),
        row("a time to wait alone", Status.Code.UNAVAILABLE, List.of(WAIT), Problem.UNAVAILABLE, 3),
        row(
            "a negative time to wait",
            Status.Code.UNAVAILABLE,
            List.of(delay(-5)),
            Problem.CONNECTION_LOST,
            0),
        row(
            "an endless time to wait",
            Status.Code.UNAVAILABLE,
            List.of(DRAINING, delay(Long.MAX_VALUE)),
            Problem.DRAINING,
            1 << 20),
        row(
            "invalid details",
            Status.Code.UNAVAILABLE,
            List.of(broken()),
            Problem.CONNECTION_LOST,
            0),
        row(
            "nothing but a status",
            Status.Code.PERMISSION_DENIED,
            List.of(),
            Problem.NOT_ALLOWED,
            0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ends")
  void statusesFromTheServer(
      String name, Status.Code code, List<Any> details, Problem problem, long seconds) {
    var said =
        StatusProto.toStatusException(
            com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage("words")
                .addAllDetails(details)
                .build());
    var trailers = said.getTrailers();
    var failure = GrpcFailures.of(said.getStatus(), trailers == null ? new Metadata() : trailers);
    assertEquals(problem, failure.problem(), name);
    assertEquals(Duration.ofSeconds(seconds), failure.delay());
    assertEquals("words", failure.detail());
  }

  static Stream<Arguments> cuts() {
    return Stream.of(
        cut(
            "reset by a proxy",
            Status.CANCELLED,
            "RST_STREAM closed stream. HTTP/2 error code: CANCEL\nRst Stream",
            null,
            Problem.CONNECTION_LOST),
        cut(
            "ended without trailers",
            Status.INTERNAL,
            "Received unexpected EOS on empty DATA frame from server",
            null,
            Problem.CONNECTION_LOST),
        cut(
            "ended without a status",
            Status.UNKNOWN,
            "missing GRPC status in response",
            null,
            Problem.CONNECTION_LOST),
        cut(
            "the connection ended",
            Status.UNAVAILABLE,
            "End of stream or IOException",
            null,
            Problem.CONNECTION_LOST),
        cut(
            "nobody listens",
            Status.UNAVAILABLE,
            "io exception",
            new ConnectException("refused"),
            Problem.UNREACHABLE),
        cut(
            "no such name",
            Status.UNAVAILABLE,
            "Unable to resolve host",
            new RuntimeException(new UnknownHostException("x")),
            Problem.NAME_UNKNOWN),
        cut(
            "an expired certificate",
            Status.UNAVAILABLE,
            "io exception",
            expired(),
            Problem.TLS_FAILED),
        cut(
            "the handler failed",
            Status.INTERNAL,
            "the server failed",
            null,
            Problem.SERVER_FAILED),
        cut(
            "our own deadline",
            Status.DEADLINE_EXCEEDED,
            "deadline exceeded after 30s",
            null,
            Problem.TIMED_OUT),
        cut(
            "a proxy's 502",
            Status.UNAVAILABLE,
            "HTTP status code 502\ninvalid content-type: text/html\nheaders: x",
            null,
            Problem.CONNECTION_LOST),
        cut(
            "a proxy's 503",
            Status.UNAVAILABLE,
            "HTTP status code 503\ninvalid content-type: text/html; charset=UTF-8",
            null,
            Problem.UNAVAILABLE),
        cut(
            "a platform's 403",
            Status.PERMISSION_DENIED,
            "HTTP status code 403\ninvalid content-type: text/html",
            null,
            Problem.NOT_ALLOWED),
        cut(
            "a login page",
            Status.UNKNOWN,
            "HTTP status code 200\ninvalid content-type: text/html",
            null,
            Problem.NOT_THE_SERVER),
        cut(
            "a proxy's 404",
            Status.UNIMPLEMENTED,
            "HTTP status code 404\ninvalid content-type: text/html",
            null,
            Problem.NOT_THE_SERVER),
        cut(
            "another service",
            Status.UNKNOWN,
            "HTTP status code 200\ninvalid content-type: application/json",
            null,
            Problem.NOT_THE_SERVER),
        cut(
            "a plain 404",
            Status.UNIMPLEMENTED,
            "HTTP status code 404\ninvalid content-type: text/plain",
            null,
            Problem.NOT_FOUND));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cuts")
  void statusesFromTheLibrary(String name, Status status, Problem problem) {
    assertEquals(problem, GrpcFailures.of(status, new Metadata()).problem(), name);
  }

  @Test
  void aTokenInAServersDescriptionIsLeftOut() {
    var token = TestIssuer.good().token().sign();
    var status = Status.UNAUTHENTICATED.withDescription("bad token: " + token);
    assertFalse(GrpcFailures.of(status, new Metadata()).text().contains(token.substring(0, 20)));
  }

  private static Arguments row(
      String name, Status.Code code, List<Any> details, Problem problem, long seconds) {
    return Arguments.of(name, code, details, problem, seconds);
  }

  private static Arguments cut(
      String name, Status status, String words, @Nullable Throwable cause, Problem problem) {
    return Arguments.of(name, status.withDescription(words).withCause(cause), problem);
  }

  private static Any info(String reason, String domain) {
    return Any.pack(ErrorInfo.newBuilder().setReason(reason).setDomain(domain).build());
  }

  private static Any delay(long seconds) {
    return Any.pack(
        RetryInfo.newBuilder()
            .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(seconds))
            .build());
  }

  private static Any violation() {
    return Any.pack(BadRequest.getDefaultInstance());
  }

  private static Any broken() {
    return info("DRAINING", "oneport.dev").toBuilder()
        .setValue(com.google.protobuf.ByteString.copyFromUtf8("\u0001"))
        .build();
  }

  private static IOException expired() {
    var handshake = new SSLHandshakeException("PKIX path validation failed");
    handshake.initCause(new CertificateExpiredException("NotAfter: yesterday"));
    return handshake;
  }
}
