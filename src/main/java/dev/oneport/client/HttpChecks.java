package dev.oneport.client;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Checks whether HTTP/1.1 gets through, what answers, and whether the server's clock agrees. */
final class HttpChecks {
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final int LONGEST_BODY = 1 << 20;

  private final Endpoint endpoint;
  private final HttpExchange exchange;
  private final Clock clock;

  HttpChecks(Endpoint endpoint, HttpClient client, Clock clock, Duration timeout) {
    this.endpoint = endpoint;
    this.exchange = new HttpExchange(client, timeout, LONGEST_BODY);
    this.clock = clock;
  }

  List<Finding> run() throws InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint.http("/ping")).version(HttpClient.Version.HTTP_1_1);
    try {
      var response = exchange.send(request);
      return List.of(answer(response), clock(response.headers()));
    } catch (CallFailed e) {
      return List.of(Finding.wrong("http/1.1", e.failure()));
    }
  }

  private Finding answer(HttpResponse<String> response) {
    var status = "GET /ping answers " + response.statusCode();
    if (HttpFailures.isHtml(response.headers())) {
      return Finding.wrong(
          "http/1.1",
          status + " with HTML: it is a proxy or a login page, not the server",
          Problem.NOT_THE_SERVER);
    }
    if (response.statusCode() < 300) {
      return Finding.good("http/1.1", status);
    }
    var failure =
        new HttpFailures(clock).of(response.statusCode(), response.headers(), response.body());
    return Finding.note("http/1.1", status + ": " + failure.text(), "");
  }

  private Finding clock(HttpHeaders headers) {
    var there = headers.firstValue("date").flatMap(HttpFailures::date);
    if (there.isEmpty()) {
      return Finding.skipped("clock", "the server sends no valid Date header");
    }
    var ahead = Duration.between(there.get(), clock.instant());
    return ahead.abs().compareTo(SKEW) <= 0
        ? Finding.good("clock", "within " + SKEW.toSeconds() + " s of the server's")
        : Finding.wrong(
            "clock",
            "this machine's clock is "
                + TimeSpan.words(ahead.abs())
                + " "
                + (ahead.isNegative() ? "behind" : "ahead of")
                + " the server's",
            "synchronize it by NTP: tokens made or checked with it look expired or not yet valid");
  }
}
