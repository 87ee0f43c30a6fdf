package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A hostile gRPC server that is not OnePort: {@code Echo/Ping} answers arbitrarily. */
final class HostileGrpcTest {
  private static final String RED = "\u001b[31m";

  /** Answers a call. */
  @FunctionalInterface
  interface Answer extends Consumer<StreamObserver<PongResult>> {}

  static Stream<Arguments> servers() {
    return Stream.of(
        row("colours and lines in a message", 0, "", answer -> pong(answer, "po\n" + RED + "ng")),
        row(
            "colours and lines in a status",
            1,
            "go [31maway",
            answer -> answer.onError(refusal("go\r\n" + RED + "away"))),
        row(
            "a status without an end",
            1,
            "away away",
            answer -> answer.onError(refusal("away ".repeat(1_000)))),
        row("ten years to wait", 3, "asks to wait", answer -> answer.onError(waiting(315_360_000))),
        row(
            "ten years to wait for a token",
            4,
            "asks to wait",
            answer -> answer.onError(expired(315_360_000))),
        row(
            "less than nothing to wait",
            3,
            "connection was lost",
            answer -> answer.onError(waiting(-1))),
        row("a long message", 1, "too large", answer -> pong(answer, "x".repeat(5 << 20))),
        row("long trailers", 1, "too large", answer -> answer.onError(trailers(1 << 20))),
        row("no answer", 1, "No value received", StreamObserver::onCompleted),
        row(
            "two answers",
            1,
            "More than one value received",
            answer -> {
              answer.onNext(PongResult.getDefaultInstance());
              pong(answer, "pong");
            }),
        row(
            "an answer without an end",
            3,
            "in time (DEADLINE",
            answer -> answer.onNext(PongResult.getDefaultInstance())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void isOneLineAndAnExitCode(String name, int code, String says, Answer answer)
      throws IOException {
    var server = start(answer);
    try {
      var run =
          CommandRun.ofLine(
              "call grpc --token x --timeout 2s --retry-for 0 --server localhost:"
                  + server.getPort());
      assertEquals(code, run.code(), run.toString());
      assertTrue(run.err().contains(says), run.toString());
      assertEquals(1, (run.out() + run.err()).lines().count(), run.toString());
      assertFalse((run.out() + run.err()).contains("\u001b"), run.toString());
    } finally {
      server.shutdownNow();
    }
  }

  /**
   * The server declares the method as bidirectional, so that nothing limits the number of answers.
   */
  private static Server start(Answer answer) throws IOException {
    var ping = EchoGrpc.getPingMethod().toBuilder().setType(MethodType.BIDI_STREAMING).build();
    return OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create())
        .addService(
            ServerServiceDefinition.builder("Echo")
                .addMethod(
                    ping,
                    ServerCalls.<PingRequest, PongResult>asyncBidiStreamingCall(
                        answers -> new OneRequest(() -> answer.accept(answers))))
                .build())
        .build()
        .start();
  }

  private record OneRequest(Runnable then) implements StreamObserver<PingRequest> {
    @Override
    public void onNext(PingRequest request) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      then.run();
    }
  }

  private static Arguments row(String name, int code, String says, Answer answer) {
    return Arguments.of(name, code, says, answer);
  }

  private static void pong(StreamObserver<PongResult> answer, String text) {
    answer.onNext(PongResult.newBuilder().setMessage(text).build());
    answer.onCompleted();
  }

  private static Throwable refusal(String words) {
    return Status.FAILED_PRECONDITION.withDescription(words).asException();
  }

  private static Throwable waiting(long seconds) {
    return detailed(Status.Code.UNAVAILABLE, delay(seconds));
  }

  private static Throwable expired(long seconds) {
    var info = ErrorInfo.newBuilder().setReason("ACCESS_TOKEN_EXPIRED").setDomain("oneport.dev");
    return detailed(Status.Code.UNAUTHENTICATED, Any.pack(info.build()), delay(seconds));
  }

  private static Any delay(long seconds) {
    return Any.pack(
        RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(seconds)).build());
  }

  private static Throwable detailed(Status.Code code, Any... details) {
    return StatusProto.toStatusException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .addAllDetails(java.util.List.of(details))
            .build());
  }

  private static Throwable trailers(int length) {
    var trailers = new Metadata();
    trailers.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(length));
    return Status.FAILED_PRECONDITION.asException(trailers);
  }
}
