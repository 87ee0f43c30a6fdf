package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The problem for each HTTP error response. */
final class HttpFailuresTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
  private static final String PROBLEM = "application/problem+json";

  static Stream<Arguments> answers() {
    return Stream.of(
        row(
            "a reason",
            503,
            PROBLEM,
            "",
            "{\"reason\":\"DRAINING\",\"detail\":\"bye\"}",
            Problem.DRAINING,
            "bye"),
        row("a reason that is new", 429, PROBLEM, "", "{\"reason\":\"NEW\"}", Problem.LIMITED, ""),
        row("a body that is not JSON", 403, PROBLEM, "", "{", Problem.NOT_ALLOWED, ""),
        row(
            "a challenge without an error",
            401,
            "",
            "Bearer realm=\"oneport\"",
            "",
            Problem.TOKEN_MISSING,
            ""),
        row(
            "a challenge with one",
            401,
            "",
            "Bearer realm=\"oneport\", error=\"invalid_token\", error_description=\"the token expired\"",
            "",
            Problem.TOKEN_EXPIRED,
            "the token expired"),
        row(
            "a challenge of a revoked token",
            401,
            "",
            "Bearer error=\"invalid_token\", error_description=\"the token was revoked\"",
            "",
            Problem.TOKEN_REVOKED,
            "the token was revoked"),
        row(
            "a challenge with another",
            401,
            "",
            "Bearer error=\"invalid_token\"",
            "",
            Problem.TOKEN_INVALID,
            ""),
        row(
            "a challenge cut short",
            401,
            "",
            "Bearer error=\"invalid",
            "",
            Problem.TOKEN_MISSING,
            ""),
        row("no challenge at all", 401, "", "", "", Problem.TOKEN_INVALID, ""),
        row(
            "a platform's 401",
            401,
            "text/html",
            "",
            "<html>",
            Problem.TOKEN_INVALID,
            HttpFailures.HTML),
        row(
            "a platform's 403",
            403,
            "text/html; charset=UTF-8",
            "",
            "<html>",
            Problem.NOT_ALLOWED,
            HttpFailures.HTML),
        row(
            "a proxy's 404",
            404,
            "text/html",
            "",
            "<html>",
            Problem.NOT_THE_SERVER,
            HttpFailures.HTML),
        row(
            "a proxy's 500",
            500,
            "TEXT/HTML",
            "",
            "<html>",
            Problem.NOT_THE_SERVER,
            HttpFailures.HTML),
        row(
            "a proxy's 502",
            502,
            "text/html",
            "",
            "<html>",
            Problem.CONNECTION_LOST,
            HttpFailures.HTML),
        row(
            "a redirect to a login page",
            302,
            "text/html",
            "",
            "",
            Problem.NOT_THE_SERVER,
            HttpFailures.HTML),
        row("a plain 404", 404, "text/plain", "", "nothing here", Problem.NOT_FOUND, ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void problemsOfAnswers(
      String name,
      int status,
      String type,
      String challenge,
      String body,
      Problem problem,
      String detail) {
    var headers =
        HttpHeaders.of(
            Map.of(
                "content-type", type.isEmpty() ? List.of() : List.of(type),
                "www-authenticate", challenge.isEmpty() ? List.of() : List.of(challenge)),
            (_, _) -> true);
    var failure = new HttpFailures(CLOCK).of(status, headers, body);
    assertEquals(problem, failure.problem(), name);
    assertEquals(detail, failure.detail());
    assertEquals(String.valueOf(status), failure.status());
  }

  @ParameterizedTest(name = "Retry-After: {0} is {1} s")
  @CsvSource({
    "0,                               0",
    "7,                               7",
    "' 7 ',                           7",
    "999999999,                       86400",
    "9999999999,                      0",
    "-1,                              0",
    "1.5,                             0",
    "soon,                            0",
    "'Thu, 01 Jan 2026 00:00:09 GMT', 9",
    "'Thu, 01 Jan 2020 00:00:09 GMT', 0",
    "'Thu, 01 Jan 2099 00:00:09 GMT', 86400"
  })
  void theDelayOfAnAnswer(String header, long seconds) {
    var headers = HttpHeaders.of(Map.of("retry-after", List.of(header)), (_, _) -> true);
    assertEquals(Duration.ofSeconds(seconds), new HttpFailures(CLOCK).of(503, headers, "").delay());
  }

  private static Arguments row(
      String name,
      int status,
      String type,
      String challenge,
      String body,
      Problem problem,
      String detail) {
    return Arguments.of(name, status, type, challenge, body, problem, detail);
  }
}
