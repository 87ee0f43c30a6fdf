package dev.oneport.client;

import jakarta.json.JsonObject;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * Maps an HTTP error response to a problem. A server names the {@code reason} in {@code
 * application/problem+json} (RFC 9457); without a body, as for refused WebSockets, the challenge of
 * RFC 6750 tells most of it.
 */
final class HttpFailures {
  /** The detail of an HTML page, which a OnePort server never sends as an error. */
  static final String HTML = "HTML came back: a proxy answered";

  private static final Duration LONGEST_DELAY = Duration.ofDays(1);

  private final Clock clock;

  HttpFailures(Clock clock) {
    this.clock = clock;
  }

  Failure of(int status, HttpHeaders headers, String body) {
    var html = isHtml(headers);
    var problem = html ? Optional.<JsonObject>empty() : JsonText.object(body);
    var known =
        problem.flatMap(object -> JsonText.text(object, "reason")).flatMap(RetryRules::ofReason);
    var detail =
        problem
            .flatMap(object -> JsonText.text(object, "detail"))
            .or(() -> challenge(headers, "error_description"))
            .map(ForeignText::line);
    return new Failure(
        known.orElseGet(() -> problem(status, headers, html)),
        String.valueOf(status),
        detail.orElseGet(() -> html ? HTML : ""),
        delay(headers));
  }

  static boolean isHtml(HttpHeaders headers) {
    return headers.firstValue("content-type").orElse("").toLowerCase(Locale.ROOT).contains("html");
  }

  private static Problem problem(int status, HttpHeaders headers, boolean html) {
    var problem = RetryRules.ofHttp(status);
    return switch (problem) {
      case TOKEN_INVALID -> html ? problem : challenged(headers);
      case NOT_FOUND, BAD_REQUEST, SERVER_FAILED -> html ? Problem.NOT_THE_SERVER : problem;
      default -> problem;
    };
  }

  /**
   * A challenge without an error code means that the request had no token (RFC 6750 section 3.1).
   */
  private static Problem challenged(HttpHeaders headers) {
    if (headers.firstValue("www-authenticate").isPresent()
        && challenge(headers, "error").isEmpty()) {
      return Problem.TOKEN_MISSING;
    }
    var description = challenge(headers, "error_description").orElse("");
    if (description.contains("revoked")) {
      return Problem.TOKEN_REVOKED;
    }
    return description.contains("expired") ? Problem.TOKEN_EXPIRED : Problem.TOKEN_INVALID;
  }

  /** A parameter of the challenge; empty if it is missing or not a quoted string. */
  private static Optional<String> challenge(HttpHeaders headers, String name) {
    return headers
        .firstValue("www-authenticate")
        .flatMap(
            challenge -> {
              int at = challenge.indexOf(name + "=\"");
              int from = at + name.length() + 2;
              int to = at < 0 ? -1 : challenge.indexOf('"', from);
              return to < 0 ? Optional.empty() : Optional.of(challenge.substring(from, to));
            });
  }

  /** Retry-After as seconds or as a date (RFC 9110 section 10.2.3). */
  private Duration delay(HttpHeaders headers) {
    var value = headers.firstValue("retry-after").map(String::strip).orElse("");
    if (value.isEmpty()) {
      return Duration.ZERO;
    }
    var wait =
        value.matches("\\d{1,9}")
            ? Duration.ofSeconds(Long.parseLong(value))
            : date(value)
                .map(date -> Duration.between(clock.instant(), date))
                .orElse(Duration.ZERO);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_DELAY) < 0 ? wait : LONGEST_DELAY;
  }

  static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
