package dev.oneport.gateway.standing;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many calls to an upstream may still be sent again: a percentage of its calls. Some retries
 * are saved up, for an upstream that is rarely called.
 */
public final class RetryBudget {
  private static final int RETRY = 100;
  private static final int SAVED = 10 * RETRY;

  private final int perCall;
  private final AtomicInteger saved;

  /** Creates a budget that has saved up ten retries, or none for zero percent. */
  public RetryBudget(int percent) {
    this.perCall = percent;
    this.saved = new AtomicInteger(percent == 0 ? 0 : SAVED);
  }

  /** Notes a call. */
  public void call() {
    if (saved.get() < SAVED && perCall > 0) {
      saved.updateAndGet(it -> Math.min(SAVED, it + perCall));
    }
  }

  /** Whether a call may be sent again, which then counts. */
  public boolean tryRetry() {
    return saved.getAndUpdate(it -> it < RETRY ? it : it - RETRY) >= RETRY;
  }
}
