package dev.oneport.identity;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Bounds what tokens cost that are not known. Anyone can send such tokens before any decision is
 * made, so they must not take the processors from calls whose tokens are known, which never come
 * here.
 *
 * <ul>
 *   <li>Signatures are checked on all processors but one at the same time, in the order in which
 *       they came.
 *   <li>As long as signatures turn out wrong, the checks pause: wrong ones take a quarter of that
 *       time at most.
 *   <li>A bounded number of tokens may wait, for their keys or for their turn, and a quarter of
 *       that from one connection, which is what a connection may have in flight.
 * </ul>
 */
final class Verifications {
  static final int MOST = 4_096;
  static final int MOST_OF_ONE = MOST / 4;

  /** How many times as long as a wrong signature took nothing is checked after it. */
  private static final int PAUSE = 3;

  private static final long LONGEST_PAUSE = Duration.ofMillis(20).toNanos();

  private final Semaphore turns;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ConcurrentHashMap<Object, Integer> byConnection = new ConcurrentHashMap<>();
  private final AtomicLong resume = new AtomicLong(System.nanoTime());

  Verifications() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  Verifications(int atOnce) {
    this.turns = new Semaphore(atOnce, true);
  }

  /**
   * Does the work for a token of a connection; empty if it would be one too many.
   *
   * @param connection what the token came on
   */
  <T> Optional<T> admit(Object connection, Supplier<T> work) {
    // A place is taken last: one that is counted has passed the bound of its connection.
    try {
      if (byConnection.merge(connection, 1, Integer::sum) > MOST_OF_ONE) {
        return Optional.empty();
      }
      return admit(work);
    } finally {
      byConnection.computeIfPresent(connection, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private <T> Optional<T> admit(Supplier<T> work) {
    try {
      return waiting.incrementAndGet() > MOST ? Optional.empty() : Optional.of(work.get());
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Checks a signature when it is its turn. */
  boolean inTurn(BooleanSupplier signature) {
    // That a call has ended is nothing to others with the same token, who wait for this as well.
    turns.acquireUninterruptibly();
    try {
      pause();
      var began = System.nanoTime();
      var good = signature.getAsBoolean();
      if (!good) {
        var now = System.nanoTime();
        resume.set(now + Math.min(LONGEST_PAUSE, PAUSE * (now - began)));
      }
      return good;
    } finally {
      turns.release();
    }
  }

  private void pause() {
    var interrupted = false;
    long left;
    while ((left = resume.get() - System.nanoTime()) > 0) {
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many tokens wait for their turn, or for keys. */
  int waiting() {
    return waiting.get();
  }
}
