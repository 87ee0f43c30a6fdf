package dev.oneport.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests and takes answers, within a time and, for texts, a size. */
final class HttpExchange {
  private final HttpClient client;
  private final Duration timeout;
  private final int longestBody;

  /**
   * Exchanges.
   *
   * @param timeout for the head of an answer, and once more for its body, which the JDK's own
   *     timeout does not cover; a request that has its own keeps that one
   * @param longestBody of a text, in bytes
   */
  HttpExchange(HttpClient client, Duration timeout, int longestBody) {
    this.client = client;
    this.timeout = timeout;
    this.longestBody = longestBody;
  }

  /** How texts are taken. */
  BodyHandler<String> text() {
    return BodyHandlers.limiting(BodyHandlers.ofString(), longestBody);
  }

  /**
   * Sends a request for a text.
   *
   * @throws CallFailed if no whole answer comes
   */
  HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
    return send(request.timeout(timeout).build(), text());
  }

  /**
   * Sends a request.
   *
   * @throws CallFailed if no answer comes
   */
  <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws InterruptedException {
    var time = request.timeout().orElse(timeout);
    var answer = client.sendAsync(request, handler);
    try {
      return answer.get(2 * time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new CallFailed(failure(e));
    } catch (TimeoutException e) {
      throw CallFailed.of(Problem.TIMED_OUT, "the answer does not end");
    } finally {
      // Nobody waits for the rest.
      answer.cancel(true);
    }
  }

  private Failure failure(ExecutionException e) {
    if (!(e.getCause() instanceof IOException broken)) {
      throw new IllegalStateException("the HTTP client failed", e.getCause());
    }
    return String.valueOf(broken.getMessage()).startsWith("body exceeds capacity")
        ? Failure.of(Problem.TOO_LARGE, "the answer is longer than " + (longestBody >> 10) + " KiB")
        : ConnectFailures.of(broken);
  }
}
