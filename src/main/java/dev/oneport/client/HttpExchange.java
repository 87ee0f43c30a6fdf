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

/** Sends requests and receives responses, with a time limit and, for text, a size limit. */
final class HttpExchange {
  private final HttpClient client;
  private final Duration timeout;
  private final int longestBody;

  /**
   * Creates an exchange.
   *
   * @param timeout for the head of a response, and once more for its body, which the JDK's timeout
   *     does not cover; a request's own timeout takes precedence
   * @param longestBody the limit for text, in bytes
   */
  HttpExchange(HttpClient client, Duration timeout, int longestBody) {
    this.client = client;
    this.timeout = timeout;
    this.longestBody = longestBody;
  }

  /** Reads a body as text, up to the limit. */
  BodyHandler<String> text() {
    return BodyHandlers.limiting(BodyHandlers.ofString(), longestBody);
  }

  /**
   * Sends a request and reads the response as text.
   *
   * @throws CallFailed if no complete response arrives
   */
  HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
    return send(request.timeout(timeout).build(), text());
  }

  /**
   * Sends a request.
   *
   * @throws CallFailed if no complete response arrives
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
      throw CallFailed.of(Problem.TIMED_OUT, "the answer did not end in time");
    } finally {
      // Stops a response that is still arriving.
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
