package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.TrialService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests of any kind, with bodies streamed in both directions. */
final class HttpCallsTest {
  private static final int LARGE = 8 << 20;

  private static HttpRequest upload(OnePortClient client, Supplier<InputStream> body) {
    return client
        .request("/body/a?b=c")
        .header("x-trial", "header")
        .PUT(BodyPublishers.ofInputStream(body))
        .build();
  }

  @ParameterizedTest(name = "the first token has expired: {0}")
  @ValueSource(booleans = {false, true})
  void methodsHeadersAndStreamedBodiesAreSent(boolean expired) throws InterruptedException {
    try (var trial = new Trial(new TrialService(), expired ? Trial.expired() : Trial.good())) {
      var client = trial.client();
      var answer = client.http(upload(client, () -> new ByteArrayInputStream(new byte[LARGE])));
      assertEquals("PUT header " + LARGE, answer.body());
      assertEquals(expired ? List.of(Problem.TOKEN_EXPIRED) : List.of(), trial.heard);
    }
  }

  @Test
  void anAnswerIsStreamed() throws Exception {
    try (var trial = new Trial(new TrialService(), Trial.good())) {
      var client = trial.client();
      var answer =
          client.http(client.request("/body/" + LARGE).build(), BodyHandlers.ofInputStream());
      try (var body = answer.body()) {
        assertEquals(LARGE, body.readAllBytes().length);
      }
    }
  }

  @Test
  void aBodyThatCannotBeSentAgainLeavesTheFirstFailure() {
    try (var trial = new Trial(new TrialService(), Trial.expired())) {
      var client = trial.client();
      var given = new AtomicInteger();
      // Null the second time tells the JDK that the body cannot be read again.
      Supplier<InputStream> once =
          () -> given.getAndIncrement() == 0 ? new ByteArrayInputStream(new byte[10]) : null;
      var failed = assertThrows(CallFailed.class, () -> client.http(upload(client, once)));
      assertEquals(Problem.TOKEN_EXPIRED, failed.failure().problem());
    }
  }

  @Test
  void theRequestsOwnTokenIsKept() {
    try (var trial = new Trial(new TrialService(), Trial.good())) {
      var client = trial.client();
      var request = client.request("/body/1").header("Authorization", "Bearer x.y.z").build();
      var failed = assertThrows(CallFailed.class, () -> client.http(request));
      assertEquals(Problem.TOKEN_INVALID, failed.failure().problem());
      assertEquals(List.of(), trial.heard);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://other.example:%d/",
        "https://127.0.0.1:%d/",
        "http://127.0.0.1/",
        "http://127.0.0.1:1/"
      })
  void aRequestForAnotherServerIsNotSent(String url) throws IOException {
    try (var client = OnePortClient.to("127.0.0.1:4711").tokens(Trial.good()).build()) {
      var request = HttpRequest.newBuilder(URI.create(url.formatted(4711))).build();
      var wrong = assertThrows(InvalidInput.class, () -> client.http(request));
      assertTrue(String.valueOf(wrong.getMessage()).contains("not for http://127.0.0.1:4711"));
    }
  }
}
