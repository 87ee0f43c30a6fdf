package dev.oneport.client;

import java.time.Duration;

/**
 * Why a call has no answer.
 *
 * @param status in the protocol's own terms, such as {@code 401}, {@code UNAVAILABLE} or {@code
 *     close 1001}; empty where it never came to that
 * @param detail more of it, on one line and without any part of a token; may be empty
 * @param delay how long the server asks to wait before the next try; zero if it does not say
 */
public record Failure(Problem problem, String status, String detail, Duration delay) {
  /** A failure that no status of the protocol tells. */
  public static Failure of(Problem problem, String detail) {
    return new Failure(problem, "", detail, Duration.ZERO);
  }

  /** A failure with a status of the protocol. */
  public static Failure of(Problem problem, String status, String detail) {
    return new Failure(problem, status, detail, Duration.ZERO);
  }

  /** Whether a page of HTML came back, as proxies and login pages send. */
  public boolean isPage() {
    return detail.startsWith(HttpFailures.HTML);
  }

  /** One line. */
  public String text() {
    var words = problem.text();
    var more = detail.isEmpty() || detail.startsWith(words) ? detail : words + ": " + detail;
    return (more.isEmpty() ? words : more) + (status.isEmpty() ? "" : " (" + status + ")");
  }
}
