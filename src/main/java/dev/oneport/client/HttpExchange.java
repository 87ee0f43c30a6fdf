package dev.oneport.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests and takes whole answers, within a time and a size. */
final class HttpExchange {
  private final HttpClient client;
  private final Duration timeout;
  private final int longestBody;

  /**
   * Exchanges.
   *
   * @param timeout for the head of an answer, and once more for its body, which the JDK's own
   *     timeout is not about
   * @param longestBody in bytes
   */
  HttpExchange(HttpClient client, Duration timeout, int longestBody) {
    this.client = client;
    this.timeout = timeout;
    this.longestBody = longestBody;
  }

  /**
   * Sends a request.
   *
   * @throws CallFailed if no whole answer comes
   */
  HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
    var answer =
        client.sendAsync(
            request.timeout(timeout).build(),
            BodyHandlers.limiting(BodyHandlers.ofString(), longestBody));
    try {
      return answer.get(2 * timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new CallFailed(failure(e));
    } catch (TimeoutException e) {
      throw CallFailed.of(Problem.TIMED_OUT, "the answer does not end");
    } finally {
      // Whoever does not wait any longer does not want the rest either.
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
