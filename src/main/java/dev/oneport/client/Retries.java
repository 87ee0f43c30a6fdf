package dev.oneport.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes a call as often as {@link RetryRules} wants, with a token that is good each time. */
final class Retries {
  /** Waits; in tests it does not. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  /** A call, which may be made several times. */
  @FunctionalInterface
  interface Call<T> {
    T make(Attempt attempt) throws InterruptedException;
  }

  private final RetryRules rules;
  private final TokenSource tokens;
  private final Observer observer;
  private final InstantSource steady;
  private final RandomGenerator random;
  private final Pause pause;
  private volatile boolean reached;

  Retries(
      RetryRules rules,
      TokenSource tokens,
      Observer observer,
      InstantSource steady,
      RandomGenerator random,
      Pause pause) {
    this.rules = rules;
    this.tokens = tokens;
    this.observer = observer;
    this.steady = steady;
    this.random = random;
    this.pause = pause;
  }

  /** Whether the server ever answered. */
  boolean reached() {
    return reached;
  }

  /**
   * Makes a call until it succeeds.
   *
   * @param repeatable whether it does no harm if it runs twice
   * @throws CallFailed with the last failure if it does not
   */
  <T> T run(boolean repeatable, Call<T> call) throws InterruptedException {
    var tries = new Tries();
    while (true) {
      try {
        tries.begin();
        var result = call.make(tries);
        reached = true;
        return result;
      } catch (CallFailed e) {
        var wait = tries.next(e.failure(), repeatable);
        if (wait.isEmpty()) {
          throw e;
        }
        observer.retrying(e.failure(), wait.get());
        pause.sleep(wait.get());
      }
    }
  }

  /** The tries of one call since it last got somewhere. */
  private final class Tries implements Attempt {
    private Optional<BearerToken> token = Optional.empty();
    private Instant began = Instant.MAX;
    private Instant firstFailure = Instant.MAX;
    private int failed;
    private boolean refreshed;

    void begin() throws InterruptedException {
      began = steady.instant();
      token = tokens.token();
    }

    @Override
    public Optional<BearerToken> token() {
      return token;
    }

    @Override
    public void progressed() {
      reached = true;
      failed = 0;
      refreshed = false;
    }

    /** How long to wait before the next try; empty if there is none. */
    Optional<Duration> next(Failure failure, boolean repeatable) throws InterruptedException {
      var now = steady.instant();
      if (held(now)) {
        progressed();
      }
      if (failed++ == 0) {
        firstFailure = now;
      }
      var wait = rules.pause(failed, failure, random);
      boolean again =
          switch (failure.problem().verdict()) {
            case RETRY -> inTime(now.plus(wait));
            case RETRY_IF_REPEATABLE -> repeatable && inTime(now.plus(wait));
            case RETRY_IF_REACHED -> reached && inTime(now.plus(wait));
            case REFRESH -> (failure.delay().isZero() || inTime(now.plus(wait))) && refresh();
            case FINAL -> false;
          };
      if (!failure.status().isEmpty()) {
        // A status is the server's word: whoever sends one is there.
        reached = true;
      }
      return again && failed < rules.tries() ? Optional.of(wait) : Optional.empty();
    }

    /**
     * Whether the try lasted so long that it was a good one, though nothing came: a quiet stream.
     */
    private boolean held(Instant now) {
      return !rules.patience().isZero() && !now.isBefore(began.plus(rules.patience()));
    }

    private boolean inTime(Instant next) {
      return !rules.patience().isZero() && !next.isAfter(firstFailure.plus(rules.patience()));
    }

    private boolean refresh() throws InterruptedException {
      if (refreshed || token.isEmpty()) {
        return false;
      }
      refreshed = true;
      return tokens.renew(token.get());
    }
  }
}
