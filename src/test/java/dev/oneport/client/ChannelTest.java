package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.oneport.testing.TrialService;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generated stubs of any service, on the client's channel. */
final class ChannelTest {
  private static final SimpleRequest REQUEST = SimpleRequest.getDefaultInstance();

  /** Collects the events of a stub's observer. */
  private static final class Collected<T> implements StreamObserver<T> {
    private final List<T> messages = new ArrayList<>();
    private final CompletableFuture<List<T>> all = new CompletableFuture<>();

    @Override
    public void onNext(T message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable error) {
      all.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      all.complete(messages);
    }

    List<T> get() throws Exception {
      return all.get(20, TimeUnit.SECONDS);
    }
  }

  private static StreamingOutputCallRequest output(int... sizes) {
    var request = StreamingOutputCallRequest.newBuilder();
    for (var size : sizes) {
      request.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
    }
    return request.build();
  }

  private static StreamingInputCallRequest input(int size) {
    return StreamingInputCallRequest.newBuilder()
        .setPayload(Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])))
        .build();
  }

  @ParameterizedTest(name = "the first token has expired: {0}")
  @CsvSource({"false", "true"})
  void everyKindOfStubCallsEveryKindOfMethod(boolean expired) throws Exception {
    var service = new TrialService();
    try (var trial = new Trial(service, expired ? Trial.expired() : Trial.good())) {
      var channel = trial.client().channel();
      assertEquals(
          "called", TestServiceGrpc.newBlockingStub(channel).unaryCall(REQUEST).getUsername());
      assertEquals(
          "called", TestServiceGrpc.newBlockingV2Stub(channel).unaryCall(REQUEST).getUsername());
      assertEquals(
          "called",
          TestServiceGrpc.newFutureStub(channel)
              .unaryCall(REQUEST)
              .get(20, TimeUnit.SECONDS)
              .getUsername());
      var sizes = new ArrayList<Integer>();
      TestServiceGrpc.newBlockingStub(channel)
          .streamingOutputCall(output(1, 2, 3))
          .forEachRemaining(each -> sizes.add(each.getPayload().getBody().size()));
      assertEquals(List.of(1, 2, 3), sizes);
      assertEquals(List.of(7), collect(trial, 3, 4));
      var answers = new Collected<StreamingOutputCallResponse>();
      var requests = TestServiceGrpc.newStub(channel).fullDuplexCall(answers);
      requests.onNext(StreamingOutputCallRequest.getDefaultInstance());
      requests.onNext(StreamingOutputCallRequest.getDefaultInstance());
      requests.onCompleted();
      assertEquals(2, answers.get().size());
      assertEquals(expired ? List.of(Problem.TOKEN_EXPIRED) : List.of(), trial.heard);
    }
  }

  @ParameterizedTest(name = "each kind of method begins with an expired token: {0}")
  @CsvSource({"unary", "server", "client", "both"})
  void anExpiredTokenIsRenewedOnce(String kind) throws Exception {
    try (var trial = new Trial(new TrialService(), Trial.expired())) {
      var channel = trial.client().channel();
      switch (kind) {
        case "unary" -> TestServiceGrpc.newBlockingStub(channel).unaryCall(REQUEST);
        case "server" ->
            TestServiceGrpc.newBlockingStub(channel).streamingOutputCall(output(1)).next();
        case "client" -> assertEquals(List.of(7), collect(trial, 3, 4));
        default -> {
          var answers = new Collected<StreamingOutputCallResponse>();
          var requests = TestServiceGrpc.newStub(channel).fullDuplexCall(answers);
          requests.onNext(StreamingOutputCallRequest.getDefaultInstance());
          requests.onCompleted();
          assertEquals(1, answers.get().size());
        }
      }
      assertEquals(List.of(Problem.TOKEN_EXPIRED), trial.heard);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "CREDENTIALS_MISSING,            UNAUTHENTICATED,    TOKEN_MISSING,           1",
    "ACCESS_TOKEN_SIGNATURE_REMOVED, UNAUTHENTICATED,    TOKEN_SIGNATURE_REMOVED, 1",
    "ACCESS_TOKEN_EXPIRED,           UNAUTHENTICATED,    TOKEN_EXPIRED,           1",
    "ACCESS_TOKEN_INVALID,           UNAUTHENTICATED,    TOKEN_INVALID,           1",
    "ACCESS_TOKEN_REVOKED,           UNAUTHENTICATED,    TOKEN_REVOKED,           1",
    "CALLER_NOT_ALLOWED,             PERMISSION_DENIED,  NOT_ALLOWED,             1",
    "MESSAGE_TOO_LARGE,              RESOURCE_EXHAUSTED, TOO_LARGE,               1",
    "BAD_REQUEST,                    INVALID_ARGUMENT,   BAD_REQUEST,             1",
    "INTERNAL,                       INTERNAL,           SERVER_FAILED,           1",
    "UNIMPLEMENTED,                  UNIMPLEMENTED,      NOT_FOUND,               1",
    "DEADLINE_EXCEEDED,              DEADLINE_EXCEEDED,  TIMED_OUT,               1",
    "UNAVAILABLE,                    UNAVAILABLE,        CONNECTION_LOST,         1",
    "LIMIT_EXCEEDED,                 RESOURCE_EXHAUSTED, LIMITED,                 8",
    "KEYS_UNAVAILABLE,               UNAVAILABLE,        UNAVAILABLE,             8",
    "DRAINING,                       UNAVAILABLE,        DRAINING,                8"
  })
  void eachFailureHasAStatusACauseAndTries(
      String end, Status.Code code, Problem problem, int tries) {
    var service = new TrialService(end, end, end, end, end, end, end, end);
    try (var trial = new Trial(service, Trial.good())) {
      var stub = TestServiceGrpc.newBlockingStub(trial.client().channel());
      var failed = assertThrows(StatusRuntimeException.class, () -> stub.unaryCall(REQUEST));
      assertEquals(code, failed.getStatus().getCode());
      assertEquals(
          Optional.of(problem), CallFailed.in(failed).map(cause -> cause.failure().problem()));
      assertEquals(tries, service.calls());
      assertEquals(tries - 1, trial.heard.size());
    }
  }

  @Test
  void aRepeatableCallIsRetriedAfterALostConnection() {
    var service = new TrialService("UNAVAILABLE", "ABORTED");
    try (var trial = new Trial(service, Trial.good())) {
      var stub =
          TestServiceGrpc.newBlockingStub(trial.client().channel())
              .withOption(OnePortClient.REPEATABLE, true);
      assertEquals("called", stub.unaryCall(REQUEST).getUsername());
      assertEquals(3, service.calls());
    }
  }

  @Test
  void streamedMessagesAreSentAgain() throws Exception {
    var service = new TrialService("DRAINING", "LIMIT_EXCEEDED");
    try (var trial = new Trial(service, Trial.good())) {
      assertEquals(List.of(70_000), collect(trial, 40_000, 30_000));
      assertEquals(3, service.calls());
    }
  }

  @Test
  void aStreamTooLongToKeepIsNotRetried() {
    var service = new TrialService("DRAINING");
    try (var trial = new Trial(service, Trial.good())) {
      var failed =
          assertThrows(ExecutionException.class, () -> collect(trial, 600_000, 600_000, 600_000));
      assertEquals(
          Optional.of(Problem.DRAINING),
          CallFailed.in(failed.getCause()).map(cause -> cause.failure().problem()));
      assertEquals(1, service.calls());
    }
  }

  @Test
  void aStreamIsNotRetriedOnceItsAnswerHasBegun() {
    var service = new TrialService("+DRAINING");
    try (var trial = new Trial(service, Trial.good())) {
      var answers =
          TestServiceGrpc.newBlockingStub(trial.client().channel())
              .streamingOutputCall(output(1, 2));
      assertEquals(1, answers.next().getPayload().getBody().size());
      var failed = assertThrows(StatusRuntimeException.class, answers::next);
      assertEquals(Status.Code.UNAVAILABLE, failed.getStatus().getCode());
      assertEquals(1, service.calls());
    }
  }

  @Test
  void aCallThatWouldWaitPastItsDeadlineFailsWithTheServersStatus() {
    var ends = new String[8];
    Arrays.fill(ends, "LIMIT_EXCEEDED");
    var service = new TrialService(ends);
    try (var trial = new Trial(service, Trial.good());
        var patient =
            OnePortClient.to("127.0.0.1:" + trial.port())
                .tokens(Trial.good())
                .rules(
                    new RetryRules(
                        Duration.ofHours(10), Duration.ofHours(10), Duration.ofHours(100), 8))
                .build()) {
      var stub =
          TestServiceGrpc.newBlockingStub(patient.channel())
              .withDeadlineAfter(20, TimeUnit.SECONDS);
      var failed = assertThrows(StatusRuntimeException.class, () -> stub.unaryCall(REQUEST));
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, failed.getStatus().getCode());
      assertEquals(1, service.calls());
    }
  }

  @Test
  void aCallThatIsCancelledBetweenTwoTriesEnds() throws Exception {
    var service = new TrialService("LIMIT_EXCEEDED");
    var waits = new CompletableFuture<Problem>();
    try (var trial = new Trial(service, Trial.good());
        var patient =
            OnePortClient.to("127.0.0.1:" + trial.port())
                .tokens(Trial.good())
                .rules(
                    new RetryRules(
                        Duration.ofHours(10), Duration.ofHours(10), Duration.ofHours(100), 8))
                .observer((failure, _) -> waits.complete(failure.problem()))
                .build()) {
      var call = TestServiceGrpc.newFutureStub(patient.channel()).unaryCall(REQUEST);
      assertEquals(Problem.LIMITED, waits.get(20, TimeUnit.SECONDS));
      assertTrue(call.cancel(true));
      assertEquals(1, service.calls());
    }
  }

  @Test
  void aCallThatIsCancelledWhileItsTokenIsFetchedIsNotMade() throws Exception {
    var asked = new CompletableFuture<Boolean>();
    var given = new CompletableFuture<BearerToken>();
    var tokens =
        new TokenSource() {
          @Override
          public Optional<BearerToken> token() {
            asked.complete(true);
            // This wait ignores interrupts.
            return Optional.of(given.join());
          }

          @Override
          public boolean renew(BearerToken refused) {
            return false;
          }
        };
    var service = new TrialService();
    try (var trial = new Trial(service, tokens)) {
      var stub = TestServiceGrpc.newFutureStub(trial.client().channel());
      var call = stub.unaryCall(REQUEST);
      assertTrue(asked.get(20, TimeUnit.SECONDS));
      assertTrue(call.cancel(true));
      given.complete(Trial.token(Duration.ofHours(1)));
      assertEquals("called", stub.unaryCall(REQUEST).get(20, TimeUnit.SECONDS).getUsername());
      assertEquals(1, service.calls());
    }
  }

  @Test
  void anUnreachableServerIsReported() {
    try (var client = OnePortClient.to("127.0.0.1:1").build()) {
      var stub = TestServiceGrpc.newBlockingStub(client.channel());
      var failed = assertThrows(StatusRuntimeException.class, () -> stub.unaryCall(REQUEST));
      assertEquals(Status.Code.UNAVAILABLE, failed.getStatus().getCode());
      assertEquals(
          "the server cannot be reached: nothing listens there",
          failed.getStatus().getDescription());
    }
  }

  @Test
  void theCallsOwnCredentialsAreKept() {
    try (var trial = new Trial(new TrialService(), Trial.good())) {
      var headers = new Metadata();
      GrpcChannel.authorize(headers, Trial.token(Duration.ofHours(-1)));
      var stub =
          TestServiceGrpc.newBlockingStub(trial.client().channel())
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
      var failed = assertThrows(StatusRuntimeException.class, () -> stub.unaryCall(REQUEST));
      assertEquals(Status.Code.UNAUTHENTICATED, failed.getStatus().getCode());
      assertFalse(trial.heard.contains(Problem.TOKEN_EXPIRED));
    }
  }

  private static List<Integer> collect(Trial trial, int... sizes) throws Exception {
    var answer = new Collected<StreamingInputCallResponse>();
    var requests = TestServiceGrpc.newStub(trial.client().channel()).streamingInputCall(answer);
    for (var size : sizes) {
      requests.onNext(input(size));
    }
    requests.onCompleted();
    return answer.get().stream().map(StreamingInputCallResponse::getAggregatedPayloadSize).toList();
  }
}
