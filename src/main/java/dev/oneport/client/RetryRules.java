package dev.oneport.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * All rules for retries: which response is which {@link Problem}, how long to wait, and when to
 * give up. The {@link Verdict} of a problem says whether to retry.
 *
 * <table>
 * <caption>What leads to what</caption>
 * <tr><th>ErrorInfo or problem reason</th><th>HTTP</th><th>gRPC</th><th>close</th><th>verdict</th></tr>
 * <tr><td>ACCESS_TOKEN_EXPIRED, ACCESS_TOKEN_INVALID, ACCESS_TOKEN_REVOKED</td><td>401</td><td>UNAUTHENTICATED</td><td>3000</td><td>refresh, once</td></tr>
 * <tr><td>LIMIT_EXCEEDED</td><td>429</td><td>RESOURCE_EXHAUSTED with RetryInfo</td><td>1013</td><td>retry</td></tr>
 * <tr><td>KEYS_UNAVAILABLE</td><td>503</td><td>UNAVAILABLE with RetryInfo</td><td>1013</td><td>retry</td></tr>
 * <tr><td>DRAINING</td><td>503</td><td>UNAVAILABLE</td><td>1001, 1012</td><td>retry</td></tr>
 * <tr><td>UPSTREAM_UNAVAILABLE</td><td>connection lost, 502, 504</td><td>UNAVAILABLE, ABORTED, stream reset</td><td>1006</td><td>retry if repeatable</td></tr>
 * <tr><td>all others</td><td></td><td></td><td></td><td>final</td></tr>
 * </table>
 *
 * <p>A server that cannot be reached is tried again only if it answered this client before.
 *
 * <p>The wait is exponential backoff with full jitter: a random time between zero and {@code
 * first}, which doubles with every try, up to {@code longest}. The wait that the server asks for in
 * RetryInfo or Retry-After is added; if the total exceeds the patience, the client gives up at
 * once. Progress, such as a message of a stream, or a connection that lasted longer than the
 * patience, resets the count of tries, the time, and the one refresh.
 *
 * @param first the upper bound of the first wait
 * @param longest the upper bound of all waits, apart from those that the server asks for
 * @param patience give up if there is no progress for this long after the first failure; zero
 *     allows no second try, except one with a fresh token after a refusal
 * @param tries give up after this many failures in a row
 */
public record RetryRules(Duration first, Duration longest, Duration patience, int tries) {
  /** Waits of up to 200 ms at first and 10 s later, for a minute, at most 30 tries. */
  public static final RetryRules DEFAULT =
      new RetryRules(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(1), 30);

  private static final int LAST_DOUBLING = 20;

  public RetryRules {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new InvalidInput("the first wait must be above zero and at most the longest");
    }
    if (patience.isNegative() || tries < 1) {
      throw new InvalidInput("at least one try is needed, and the patience must not be negative");
    }
  }

  /** The same rules with another patience. */
  public RetryRules withPatience(Duration other) {
    return new RetryRules(first, longest, other, tries);
  }

  /**
   * How long to wait before the next try.
   *
   * @param tried how many tries failed in a row, from one
   */
  public Duration pause(int tried, Failure failure, RandomGenerator random) {
    long most = first.toNanos() << Math.min(tried - 1, LAST_DOUBLING);
    long bound = Math.clamp(most, 1, longest.toNanos());
    return failure.delay().plusNanos(random.nextLong(bound));
  }

  /** The problem for a server's reason; empty if the reason is not known. */
  static Optional<Problem> ofReason(String reason) {
    return switch (reason) {
      case "CREDENTIALS_MISSING" -> Optional.of(Problem.TOKEN_MISSING);
      case "ACCESS_TOKEN_EXPIRED" -> Optional.of(Problem.TOKEN_EXPIRED);
      case "ACCESS_TOKEN_INVALID" -> Optional.of(Problem.TOKEN_INVALID);
      case "ACCESS_TOKEN_REVOKED" -> Optional.of(Problem.TOKEN_REVOKED);
      case "ACCESS_TOKEN_SIGNATURE_REMOVED" -> Optional.of(Problem.TOKEN_SIGNATURE_REMOVED);
      case "CERTIFICATE_EXPIRED", "CERTIFICATE_INVALID" -> Optional.of(Problem.CERTIFICATE_REFUSED);
      case "CALLER_NOT_ALLOWED" -> Optional.of(Problem.NOT_ALLOWED);
      case "LIMIT_EXCEEDED" -> Optional.of(Problem.LIMITED);
      case "KEYS_UNAVAILABLE" -> Optional.of(Problem.UNAVAILABLE);
      case "DRAINING" -> Optional.of(Problem.DRAINING);
      case "UPSTREAM_UNAVAILABLE" -> Optional.of(Problem.CONNECTION_LOST);
      case "UPSTREAM_TIMEOUT" -> Optional.of(Problem.TIMED_OUT);
      case "MISDIRECTED_REQUEST" -> Optional.of(Problem.NOT_THE_SERVER);
      case "MESSAGE_TOO_LARGE" -> Optional.of(Problem.TOO_LARGE);
      case "BAD_REQUEST" -> Optional.of(Problem.BAD_REQUEST);
      case "INTERNAL" -> Optional.of(Problem.SERVER_FAILED);
      default -> Optional.empty();
    };
  }

  /** The problem for an HTTP status of 300 or above that came without a reason. */
  static Problem ofHttp(int status) {
    return switch (status) {
      case 401 -> Problem.TOKEN_INVALID;
      case 403 -> Problem.NOT_ALLOWED;
      case 404 -> Problem.NOT_FOUND;
      case 413, 431 -> Problem.TOO_LARGE;
      case 421 -> Problem.NOT_THE_SERVER;
      case 429 -> Problem.LIMITED;
      case 503 -> Problem.UNAVAILABLE;
      case 502, 504 -> Problem.CONNECTION_LOST;
      default -> {
        if (status < 400) {
          yield Problem.NOT_THE_SERVER;
        }
        yield status < 500 ? Problem.BAD_REQUEST : Problem.SERVER_FAILED;
      }
    };
  }

  /**
   * The problem for a gRPC status that came without a reason.
   *
   * @param reset whether the stream was cut off, so that the status is not the server's
   * @param wait whether the server said how long to wait
   */
  static Problem ofGrpc(Status.Code code, boolean reset, boolean wait) {
    return switch (code) {
      case OK -> throw new IllegalArgumentException("OK is not a problem");
      case UNAUTHENTICATED -> Problem.TOKEN_INVALID;
      case PERMISSION_DENIED -> Problem.NOT_ALLOWED;
      case UNIMPLEMENTED -> Problem.NOT_FOUND;
      case DEADLINE_EXCEEDED -> Problem.TIMED_OUT;
      case RESOURCE_EXHAUSTED -> wait ? Problem.LIMITED : Problem.TOO_LARGE;
      case UNAVAILABLE -> wait ? Problem.UNAVAILABLE : Problem.CONNECTION_LOST;
      case ABORTED -> Problem.CONNECTION_LOST;
      case CANCELLED, INTERNAL, UNKNOWN -> reset ? Problem.CONNECTION_LOST : Problem.SERVER_FAILED;
      case DATA_LOSS -> Problem.SERVER_FAILED;
      case INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, OUT_OF_RANGE ->
          Problem.BAD_REQUEST;
    };
  }

  /**
   * The problem for a WebSocket close code (RFC 6455 section 7.4 and the IANA registry).
   *
   * @param reason what the server says of it
   */
  static Problem ofClose(int code, String reason) {
    return switch (code) {
      case 1000 -> Problem.CLOSED;
      case 1001, 1012 -> Problem.DRAINING;
      case 1006 -> Problem.CONNECTION_LOST;
      case 1009 -> Problem.TOO_LARGE;
      case 1011 -> Problem.SERVER_FAILED;
      case 1013 -> Problem.UNAVAILABLE;
      case 3000 -> reason.contains("revoked") ? Problem.TOKEN_REVOKED : Problem.TOKEN_EXPIRED;
      case 3003 -> Problem.NOT_ALLOWED;
      case 3008 -> Problem.TIMED_OUT;
      default -> Problem.BAD_REQUEST;
    };
  }
}
