package dev.oneport.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Makes one HTTP request and takes its whole answer. */
final class HttpCalls {
  private static final int LONGEST_BODY = 32 << 20;

  private final HttpClient client;
  private final HttpFailures failures;
  private final Duration timeout;

  /**
   * Calls.
   *
   * @param timeout for the answer's headers and for its body
   */
  HttpCalls(HttpClient client, HttpFailures failures, Duration timeout) {
    this.client = client;
    this.failures = failures;
    this.timeout = timeout;
  }

  HttpAnswer make(HttpRequest.Builder request, Optional<BearerToken> token)
      throws InterruptedException {
    token.ifPresent(bearer -> request.setHeader("Authorization", bearer.authorization()));
    var sent = request.timeout(timeout).build();
    long began = System.nanoTime();
    try {
      var response =
          client.send(sent, BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_BODY));
      return answer(sent, response, Duration.ofNanos(System.nanoTime() - began));
    } catch (IOException e) {
      throw new CallFailed(ConnectFailures.of(e));
    }
  }

  private HttpAnswer answer(HttpRequest request, HttpResponse<String> response, Duration took) {
    var headers = response.headers();
    if (response.statusCode() >= 300) {
      throw new CallFailed(failures.of(response.statusCode(), headers, response.body()));
    }
    var wanted = request.headers().firstValue("accept").orElse("*/*");
    if (HttpFailures.isHtml(headers) && !wanted.contains("html") && !wanted.contains("*/*")) {
      throw new CallFailed(
          Failure.of(
              Problem.NOT_THE_SERVER,
              String.valueOf(response.statusCode()),
              "HTML came back: a proxy or a login page answered"));
    }
    return new HttpAnswer(
        response.statusCode(),
        response.version(),
        headers.firstValue("content-type").orElse(""),
        response.body(),
        took);
  }
}
