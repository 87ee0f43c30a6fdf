package dev.oneport.transport.time;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One blocking wait with a bound: whoever blocks starts and stops it, whoever watches may expire
 * it, and exactly one of the two wins.
 *
 * <p>Times are ticks of {@link DeadlineWatch#now()}, always above zero.
 */
public final class Wait {
  private static final long NOT_WAITING = 0;
  private static final long EXPIRED = -1;

  private final AtomicLong deadline = new AtomicLong(NOT_WAITING);

  /** Begins to wait until the tick given; false when this wait has expired for good. */
  public boolean start(long until) {
    return deadline.compareAndSet(NOT_WAITING, until);
  }

  /** Ends waiting; false when it expired in the meantime. */
  public boolean stop() {
    return deadline.getAndUpdate(now -> now == EXPIRED ? EXPIRED : NOT_WAITING) != EXPIRED;
  }

  /** True from the moment it expired, for good. */
  public boolean expired() {
    return deadline.get() == EXPIRED;
  }

  /** Expires it if someone waits and the deadline has passed; true for the one call that did. */
  public boolean expireAfter(long now) {
    var until = deadline.get();
    return until > NOT_WAITING && now > until && expire(until);
  }

  /** The deadline of the wait under way, for {@link #expire(long)}; not above zero when none is. */
  public long pending() {
    return deadline.get();
  }

  /** Expires the very wait that {@link #pending()} named, unless it ended; true if it did. */
  public boolean expire(long until) {
    return until > NOT_WAITING && deadline.compareAndSet(until, EXPIRED);
  }
}
