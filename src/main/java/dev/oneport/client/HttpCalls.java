package dev.oneport.client;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Makes one HTTP request and takes its whole answer. */
final class HttpCalls {
  private static final int LONGEST_BODY = 32 << 20;

  private final HttpExchange exchange;
  private final HttpFailures failures;

  /**
   * Calls.
   *
   * @param timeout for the answer's headers and for its body
   */
  HttpCalls(HttpClient client, HttpFailures failures, Duration timeout) {
    this.exchange = new HttpExchange(client, timeout, LONGEST_BODY);
    this.failures = failures;
  }

  HttpAnswer make(HttpRequest.Builder request, Optional<BearerToken> token)
      throws InterruptedException {
    token.ifPresent(bearer -> request.setHeader("Authorization", bearer.authorization()));
    long began = System.nanoTime();
    var response = exchange.send(request);
    return answer(response, Duration.ofNanos(System.nanoTime() - began));
  }

  private HttpAnswer answer(HttpResponse<String> response, Duration took) {
    var headers = response.headers();
    if (response.statusCode() >= 300) {
      throw new CallFailed(failures.of(response.statusCode(), headers, response.body()));
    }
    var wanted = response.request().headers().firstValue("accept").orElse("*/*");
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
