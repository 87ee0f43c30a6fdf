package dev.oneport.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether HTTP/1.1 gets through, who answers, and what time it is there. */
final class HttpChecks {
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final int LONGEST_BODY = 1 << 20;

  private final Endpoint endpoint;
  private final HttpClient client;
  private final Clock clock;
  private final Duration timeout;

  HttpChecks(Endpoint endpoint, HttpClient client, Clock clock, Duration timeout) {
    this.endpoint = endpoint;
    this.client = client;
    this.clock = clock;
    this.timeout = timeout;
  }

  List<Finding> look() throws InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint.http("/ping"))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(timeout)
            .build();
    try {
      var response =
          client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_BODY));
      var findings = new ArrayList<Finding>();
      findings.add(answer(response));
      findings.add(clock(response.headers()));
      return findings;
    } catch (IOException e) {
      return List.of(Finding.wrong("http/1.1", ConnectFailures.of(e)));
    }
  }

  private Finding answer(HttpResponse<String> response) {
    var status = "GET /ping answers " + response.statusCode();
    if (HttpFailures.isHtml(response.headers())) {
      return Finding.wrong(
          "http/1.1", status + " with HTML: it is a proxy or a login page, not the server", "");
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
      return Finding.skipped("clock", "the server does not say what time it is");
    }
    var ahead = Duration.between(there.get(), clock.instant());
    return ahead.abs().compareTo(SKEW) <= 0
        ? Finding.good("clock", "within " + SKEW.toSeconds() + " s of the server's")
        : Finding.wrong(
            "clock",
            "this machine's clock is "
                + ahead.abs().toSeconds()
                + " s "
                + (ahead.isNegative() ? "behind" : "ahead of")
                + " the server's",
            "set it by NTP: tokens made or judged by it look expired or not yet valid");
  }
}
