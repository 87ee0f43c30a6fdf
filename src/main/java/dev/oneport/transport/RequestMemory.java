package dev.oneport.transport;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that request bytes may take in sum, on all protocols together. Limits on one call
 * bound one call; this bounds what many calls within their limits hold at the same time. A call
 * waits for its turn, first come first served, and meanwhile its client waits too, by flow control.
 *
 * <p>Bytes count from when they are read until the call, or the message, is over. The first {@link
 * #FREE} bytes of each are not counted: the limit on calls bounds those, and small calls never
 * wait.
 */
public final class RequestMemory {
  /** Bytes of a call, or of a message, that are not counted. */
  public static final int FREE = 4 << 10;

  /** What is counted at once, so that a permit for each fits an {@code int}. */
  private static final int UNIT = 1 << 10;

  private final int units;
  private final Semaphore free;
  private final Duration patience;

  /**
   * As much memory as that.
   *
   * @param bytes in sum; a call that needs more gets all of it
   * @param patience how long a call waits before it is refused
   */
  public RequestMemory(long bytes, Duration patience) {
    this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    this.free = new Semaphore(units, true);
    this.patience = patience;
  }

  /** Memory without a bound worth mentioning. */
  public static RequestMemory unbounded() {
    return new RequestMemory(Long.MAX_VALUE, Duration.ZERO);
  }

  /** The part that one call, or one stream, holds; nothing yet. */
  public MemoryShare share() {
    return new MemoryShare(this);
  }

  /** Bytes that are held now. */
  public long held() {
    return (long) (units - free.availablePermits()) * UNIT;
  }

  /** As much memory again, counted apart. */
  public RequestMemory another() {
    return new RequestMemory((long) units * UNIT, patience);
  }

  int units(long bytes) {
    return bytes <= FREE ? 0 : (int) Math.min(units, (bytes + UNIT - 1) / UNIT);
  }

  boolean acquire(int wanted) throws InterruptedException {
    return free.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  boolean tryAcquire(int wanted) {
    return free.tryAcquire(wanted);
  }

  void release(int given) {
    free.release(given);
  }
}
