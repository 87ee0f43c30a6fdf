package dev.oneport.transport.time;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One blocking wait with a bound: the blocking thread starts and stops it, the watching thread may
 * expire it, and exactly one of the two wins.
 *
 * <p>Times are ticks of {@link DeadlineWatch#now()}, always above zero.
 */
public final class Wait {
  private static final long NOT_WAITING = 0;
  private static final long EXPIRED = -1;

  private final AtomicLong deadline = new AtomicLong(NOT_WAITING);

  /** Starts waiting until this tick; false if the wait has already expired. */
  public boolean start(long until) {
    return deadline.compareAndSet(NOT_WAITING, until);
  }

  /** Stops waiting; false if the wait expired meanwhile. */
  public boolean stop() {
    return deadline.getAndUpdate(now -> now == EXPIRED ? EXPIRED : NOT_WAITING) != EXPIRED;
  }

  /** Whether the wait has expired; it stays expired. */
  public boolean expired() {
    return deadline.get() == EXPIRED;
  }

  /**
   * Expires the wait if it is in progress and its deadline has passed; true for the one call that
   * does so.
   */
  public boolean expireAfter(long now) {
    var until = deadline.get();
    return until > NOT_WAITING && now > until && expire(until);
  }

  /**
   * The deadline of the wait in progress, for {@link #expire(long)}; zero or less if there is none.
   */
  public long pending() {
    return deadline.get();
  }

  /**
   * Expires the wait with this {@link #pending()} deadline, unless it has ended; true if it was
   * expired.
   */
  public boolean expire(long until) {
    return until > NOT_WAITING && deadline.compareAndSet(until, EXPIRED);
  }
}
