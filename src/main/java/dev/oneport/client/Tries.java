package dev.oneport.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The tries of one call since it last made progress. Decides whether there is another try after a
 * failure, and when. Not thread-safe.
 */
final class Tries {
  /** A call, which may be made several times. */
  @FunctionalInterface
  interface Call<T> {
    T make(Tries tries) throws InterruptedException;
  }

  private final Retries retries;
  private final boolean repeatable;
  private Optional<BearerToken> token = Optional.empty();
  private Instant began = Instant.MAX;
  private Instant firstFailure = Instant.MAX;
  private int failed;
  private boolean refreshed;

  Tries(Retries retries, boolean repeatable) {
    this.retries = retries;
    this.repeatable = repeatable;
  }

  /**
   * Makes a call until it succeeds.
   *
   * @throws CallFailed with the last failure if it does not
   */
  <T> T run(Call<T> call) throws InterruptedException {
    while (true) {
      try {
        begin();
        var result = call.make(this);
        progressed();
        return result;
      } catch (CallFailed e) {
        var wait = next(e.failure());
        if (wait.isEmpty()) {
          throw e;
        }
        retries.pause(e.failure(), wait.get());
      }
    }
  }

  /** Begins a try. */
  void begin() {
    began = retries.steady.instant();
  }

  /**
   * The token for this try; empty if calls carry none.
   *
   * @throws CallFailed if none is available
   */
  Optional<BearerToken> token() throws InterruptedException {
    token = retries.tokens.token();
    return token;
  }

  /** The call made progress: the next failure counts as the first. */
  void progressed() {
    retries.serverAnswered();
    failed = 0;
    refreshed = false;
  }

  /** How long to wait before the next try; empty if there is none. */
  Optional<Duration> next(Failure failure) throws InterruptedException {
    var now = retries.steady.instant();
    if (held(now)) {
      progressed();
    }
    if (failed++ == 0) {
      firstFailure = now;
    }
    var rules = retries.rules;
    var wait = rules.pause(failed, failure, retries.random);
    boolean again =
        switch (failure.problem().verdict()) {
          case RETRY -> inTime(now.plus(wait));
          case RETRY_IF_REPEATABLE -> repeatable && inTime(now.plus(wait));
          case RETRY_IF_REACHED -> retries.reached() && inTime(now.plus(wait));
          case REFRESH -> (failure.delay().isZero() || inTime(now.plus(wait))) && refresh();
          case FINAL -> false;
        };
    if (!failure.status().isEmpty()) {
      // A status comes from the server, so it was reached.
      retries.serverAnswered();
    }
    return again && failed < rules.tries() ? Optional.of(wait) : Optional.empty();
  }

  /**
   * Whether the try lasted long enough to count as progress although no message arrived: a quiet
   * stream.
   */
  private boolean held(Instant now) {
    var patience = retries.rules.patience();
    return !patience.isZero() && !now.isBefore(began.plus(patience));
  }

  private boolean inTime(Instant next) {
    var patience = retries.rules.patience();
    return !patience.isZero() && !next.isAfter(firstFailure.plus(patience));
  }

  private boolean refresh() throws InterruptedException {
    if (refreshed || token.isEmpty()) {
      return false;
    }
    refreshed = true;
    return retries.tokens.renew(token.get());
  }
}
