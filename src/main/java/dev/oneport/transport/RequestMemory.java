package dev.oneport.transport;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Bounds the memory that the request bytes of all calls take together, on all protocols. Other
 * limits bound one call; this one bounds many calls that each keep within their limits. Calls wait
 * first come first served, and flow control makes their clients wait too.
 *
 * <p>Bytes count from when they are read until the call or message is done with. The first {@link
 * #FREE} bytes of each are not counted: the limit on calls bounds those, and small calls never
 * wait.
 */
public final class RequestMemory {
  /** Bytes of a call, or of a message, that are not counted. */
  public static final int FREE = 4 << 10;

  /** The unit of counting, so that the number of permits fits an {@code int}. */
  private static final int UNIT = 1 << 10;

  private final int units;
  private final MemoryQueue queue;
  private final Duration patience;

  /**
   * Creates a budget.
   *
   * @param bytes in total; a call that needs more gets all of them
   * @param patience how long a call, or a message, waits in total before it is refused
   */
  public RequestMemory(long bytes, Duration patience) {
    this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    this.queue = new MemoryQueue(units);
    this.patience = patience;
  }

  /** A practically unbounded budget. */
  public static RequestMemory unbounded() {
    return new RequestMemory(Long.MAX_VALUE, Duration.ZERO);
  }

  /** An empty share for one call or stream. */
  public MemoryShare share() {
    return new MemoryShare(this);
  }

  /** Bytes that are held now. */
  public long held() {
    return (long) (units - queue.free()) * UNIT;
  }

  /** A separate budget of the same size. */
  public RequestMemory another() {
    return new RequestMemory((long) units * UNIT, patience);
  }

  int units(long bytes) {
    return bytes <= FREE ? 0 : (int) Math.min(units, (bytes + UNIT - 1) / UNIT);
  }

  /**
   * Takes that many units, waiting for them behind those that came before.
   *
   * @param ticket the call's place among those that wait
   * @param held what the call holds already
   * @param waited nanoseconds of the patience that are used up
   */
  boolean acquire(long ticket, int wanted, IntSupplier held, long waited)
      throws InterruptedException {
    return queue.acquire(ticket, wanted, held, patience.toNanos() - waited);
  }

  /** Whether anybody waits for memory now. */
  boolean isWaitedFor() {
    return queue.isWaitedFor();
  }

  /** The place of a call that begins to hold memory now. */
  long ticket() {
    return queue.ticket();
  }

  boolean tryAcquire(int wanted) {
    return queue.tryAcquire(wanted);
  }

  void release(int given) {
    queue.release(given);
  }
}
