package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.testing.CuttingProxy;
import dev.oneport.testing.TrialService;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server stream of any service continues after interruptions. */
final class ResumedStreamTest {
  private static final int LAST = 40;

  /**
   * The request for the messages from this number to the last; each message is as long as its
   * number.
   */
  private static StreamingOutputCallRequest from(int first) {
    var request = StreamingOutputCallRequest.newBuilder();
    IntStream.rangeClosed(first, LAST)
        .forEach(
            number ->
                request.addResponseParameters(ResponseParameters.newBuilder().setSize(number)));
    return request.build();
  }

  private static int number(StreamingOutputCallResponse message) {
    return message.getPayload().getBody().size();
  }

  private static @Nullable StreamingOutputCallRequest after(StreamingOutputCallResponse last) {
    return number(last) == LAST ? null : from(number(last) + 1);
  }

  private static ResumedStream<StreamingOutputCallResponse> open(OnePortClient client) {
    return client.stream(
        TestServiceGrpc.getStreamingOutputCallMethod(), from(1), ResumedStreamTest::after);
  }

  private static List<Integer> numbers() {
    return IntStream.rangeClosed(1, LAST).boxed().toList();
  }

  @Test
  void itResumesAfterEachKindOfEnd() throws InterruptedException {
    var service =
        new TrialService(
            "UNAVAILABLE", "+DRAINING", "+ACCESS_TOKEN_EXPIRED", "LIMIT_EXCEEDED", "+ABORTED");
    var numbers = new ArrayList<Integer>();
    try (var trial = new Trial(service, Trial.expired());
        var stream = open(trial.client())) {
      stream.forEach(message -> numbers.add(number(message)));
      assertEquals(
          List.of(
              Problem.TOKEN_EXPIRED,
              Problem.CONNECTION_LOST,
              Problem.DRAINING,
              Problem.TOKEN_EXPIRED,
              Problem.LIMITED,
              Problem.CONNECTION_LOST),
          trial.heard);
    }
    assertEquals(numbers(), numbers);
    assertEquals(6, service.calls());
  }

  @Test
  void itResumesAfterALostConnection() throws InterruptedException {
    var numbers = new ArrayList<Integer>();
    try (var trial = new Trial(new TrialService(), Trial.good());
        var proxy = new CuttingProxy(trial.port());
        var client = trial.client(proxy.port(), Trial.good());
        var stream = open(client)) {
      for (var message = stream.read(); message.isPresent(); message = stream.read()) {
        numbers.add(number(message.get()));
        if (number(message.get()) % 10 == 0) {
          proxy.cut();
        }
      }
    }
    assertEquals(numbers(), numbers);
  }

  @ParameterizedTest(name = "a stream that ends with {0}")
  @CsvSource({
    "+CALLER_NOT_ALLOWED, NOT_ALLOWED",
    "INTERNAL,            SERVER_FAILED",
    "+UNIMPLEMENTED,      NOT_FOUND"
  })
  void isNotTriedAgain(String end, Problem problem) {
    var service = new TrialService(end);
    try (var trial = new Trial(service, Trial.good());
        var stream = open(trial.client())) {
      var failed = assertThrows(CallFailed.class, () -> stream.forEach(_ -> {}));
      assertEquals(problem, failed.failure().problem());
      assertEquals(1, service.calls());
    }
  }
}
