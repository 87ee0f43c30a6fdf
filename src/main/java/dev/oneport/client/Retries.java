package dev.oneport.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Retries calls by {@link RetryRules}, each time with a current token. */
final class Retries {
  /** Waits; tests replace it. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  final RetryRules rules;
  final TokenSource tokens;
  final InstantSource steady;
  final RandomGenerator random;
  private final Observer observer;
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

  /** The tries of a new call. */
  Tries tries(boolean repeatable) {
    return new Tries(this, repeatable);
  }

  /** Whether the server ever answered. */
  boolean reached() {
    return reached;
  }

  void serverAnswered() {
    reached = true;
  }

  /** Waits before the next try. */
  void pause(Failure failure, Duration wait) throws InterruptedException {
    observer.retrying(failure, wait);
    pause.sleep(wait);
  }
}
