package dev.oneport.client;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Optional;

/** Makes HTTP requests, each once, and separates responses from refusals. */
final class HttpCalls {
  private static final int LONGEST_TEXT = 32 << 20;

  private final HttpExchange exchange;
  private final HttpFailures failures;
  private final Duration timeout;

  /** The body of a response: the result of the caller's handler, or the text of a refusal. */
  private sealed interface Body<T> {
    record Good<T>(T value) implements Body<T> {}

    record Refusal<T>(String text) implements Body<T> {}
  }

  /**
   * Creates the calls.
   *
   * @param timeout for the response's headers, and again for its body; used where the request has
   *     no timeout
   */
  HttpCalls(HttpClient client, HttpFailures failures, Duration timeout) {
    this.exchange = new HttpExchange(client, timeout, LONGEST_TEXT);
    this.failures = failures;
    this.timeout = timeout;
  }

  /** Reads a body as text, at most 32 MiB. */
  BodyHandler<String> text() {
    return exchange.text();
  }

  /**
   * Makes a request.
   *
   * @throws CallFailed if the response is an error, or none arrived
   */
  <T> HttpAnswer<T> make(HttpRequest request, Optional<BearerToken> token, BodyHandler<T> handler)
      throws InterruptedException {
    var sent = HttpRequest.newBuilder(request, (_, _) -> true);
    token.ifPresent(bearer -> sent.setHeader("Authorization", bearer.authorization()));
    if (request.timeout().isEmpty()) {
      sent.timeout(timeout);
    }
    long began = System.nanoTime();
    var response = exchange.send(sent.build(), either(handler));
    var took = Duration.ofNanos(System.nanoTime() - began);
    return switch (response.body()) {
      case Body.Refusal<T>(var text) -> throw new CallFailed(error(response, text));
      case Body.Good<T> _ when isPage(request, response.headers()) ->
          throw new CallFailed(
              Failure.of(
                  Problem.NOT_THE_SERVER,
                  String.valueOf(response.statusCode()),
                  "HTML came back: a proxy or a login page answered"));
      case Body.Good<T>(var value) ->
          new HttpAnswer<>(
              response.statusCode(), response.version(), response.headers(), value, took);
    };
  }

  private <T> BodyHandler<Body<T>> either(BodyHandler<T> handler) {
    return info ->
        info.statusCode() < 300
            ? BodySubscribers.mapping(handler.apply(info), Body.Good::new)
            : BodySubscribers.mapping(exchange.text().apply(info), Body.Refusal::new);
  }

  private Failure error(HttpResponse<?> response, String text) {
    return failures.of(response.statusCode(), response.headers(), text);
  }

  /** Whether HTML came back although the request's {@code Accept} header excludes it. */
  private static boolean isPage(HttpRequest request, HttpHeaders answer) {
    var wanted = request.headers().firstValue("accept").orElse("*/*");
    return HttpFailures.isHtml(answer) && !wanted.contains("html") && !wanted.contains("*/*");
  }
}
