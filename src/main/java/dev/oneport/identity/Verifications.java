package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Bounds the cost of unknown tokens. Anyone can send them before any decision is made, so they must
 * not take processor time from calls with cached tokens, which skip this class.
 *
 * <ul>
 *   <li>All processors but one may check signatures at a time. Connections take turns, so garbage
 *       on one delays a new token on another by at most one turn. While others wait, connections
 *       that sent wrong signatures get at most every other turn, so many of them add no more delay.
 *   <li>After a wrong signature the checks pause, so that wrong signatures use at most a quarter of
 *       the time.
 *   <li>A bounded number of tokens may wait for their keys or their turn. One connection may use a
 *       quarter of the free permits, enough for all its calls in flight. Some permits are reserved
 *       for connections that hold none. Connections that sent wrong signatures share far fewer:
 *       each token that waits holds its call's memory, which the garbage collector copies.
 * </ul>
 */
final class Verifications {
  private static final int MOST = 6_144;

  /** Permits for the tokens of a connection beyond its first. */
  private static final int SHARED = 5_120;

  private static final int SHARE = 4;

  /** As {@link #SHARED}, for all connections that sent wrong signatures together. */
  private static final int SUSPECTS_SHARED = 128;

  /** The pause after a wrong signature, as a multiple of the time that its check took. */
  private static final int PAUSE = 3;

  private static final long LONGEST_PAUSE = Duration.ofMillis(20).toNanos();

  /**
   * How long a connection is a suspect after its last wrong signature, and how many suspects are
   * kept.
   */
  private static final Duration SUSPICION = Duration.ofMinutes(1);

  private static final long MOST_SUSPECTS = 20_000;

  private final Turns turns;
  private final Cache<Object, Boolean> suspects =
      Caffeine.newBuilder().expireAfterWrite(SUSPICION).maximumSize(MOST_SUSPECTS).build();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger suspectsWaiting = new AtomicInteger();
  private final ConcurrentHashMap<Object, Integer> byConnection = new ConcurrentHashMap<>();
  private final AtomicLong resume = new AtomicLong(System.nanoTime());

  Verifications() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  Verifications(int atOnce) {
    this.turns = new Turns(atOnce);
  }

  /**
   * Runs the work for a token of a connection; empty if too many tokens wait.
   *
   * @param connection the connection that the token came on
   */
  <T> Optional<T> admit(Object connection, Supplier<T> work) {
    var suspect = suspects.getIfPresent(connection) != null;
    // Check the connection's limit before acquiring a permit.
    try {
      var ofOne = byConnection.merge(connection, 1, Integer::sum);
      return ofOne > 1 && ofOne > free(suspect) / SHARE ? Optional.empty() : admit(suspect, work);
    } finally {
      byConnection.computeIfPresent(connection, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private int free(boolean suspect) {
    return suspect ? SUSPECTS_SHARED - suspectsWaiting.get() : SHARED - waiting.get();
  }

  private <T> Optional<T> admit(boolean suspect, Supplier<T> work) {
    var ofSuspects = suspect ? 1 : 0;
    suspectsWaiting.addAndGet(ofSuspects);
    try {
      return waiting.incrementAndGet() > MOST ? Optional.empty() : Optional.of(work.get());
    } finally {
      waiting.decrementAndGet();
      suspectsWaiting.addAndGet(-ofSuspects);
    }
  }

  /** Checks a signature when it is the connection's turn. */
  boolean inTurn(Object connection, BooleanSupplier signature) {
    turns.acquire(connection, suspects.getIfPresent(connection) != null);
    try {
      pause();
      var began = System.nanoTime();
      var good = signature.getAsBoolean();
      if (good) {
        suspects.invalidate(connection);
      } else {
        suspects.put(connection, true);
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

  /** The number of tokens that wait for their turn or for keys. */
  int waiting() {
    return waiting.get();
  }
}
