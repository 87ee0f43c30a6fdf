package dev.oneport.client;

import java.time.Duration;

/**
 * Why a call failed.
 *
 * @param status as the protocol writes it, such as {@code 401}, {@code UNAVAILABLE} or {@code close
 *     1001}; empty if the server sent none
 * @param detail more about the failure, on one line and without any part of a token; may be empty
 * @param delay how long the server asks to wait before the next try; zero if it does not say
 */
public record Failure(Problem problem, String status, String detail, Duration delay) {
  /** A failure that comes without a status of the protocol. */
  public static Failure of(Problem problem, String detail) {
    return new Failure(problem, "", detail, Duration.ZERO);
  }

  /** A failure with a status of the protocol. */
  public static Failure of(Problem problem, String status, String detail) {
    return new Failure(problem, status, detail, Duration.ZERO);
  }

  /** Whether an HTML page came back, as from a proxy or a login page. */
  public boolean isPage() {
    return detail.startsWith(HttpFailures.HTML);
  }

  /** The failure on one line. */
  public String text() {
    var words = problem.text();
    var more = detail.isEmpty() || detail.startsWith(words) ? detail : words + ": " + detail;
    return (more.isEmpty() ? words : more) + (status.isEmpty() ? "" : " (" + status + ")");
  }
}
