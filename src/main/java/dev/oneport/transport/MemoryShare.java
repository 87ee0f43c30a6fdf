package dev.oneport.transport;

/**
 * What one call holds of the {@link RequestMemory}. One thread at a time makes it grow; any thread
 * may make it shrink or close it.
 */
public final class MemoryShare implements AutoCloseable {
  private final RequestMemory memory;
  private int held;
  private boolean closed;

  MemoryShare(RequestMemory memory) {
    this.memory = memory;
  }

  /**
   * Holds that many bytes at least, waiting for them if others hold too many.
   *
   * @return false if they did not become free in time; what was held before is still held
   */
  public boolean growTo(long bytes) throws InterruptedException {
    int missing = missing(bytes);
    if (missing <= 0) {
      return true;
    }
    // The wait is outside of the monitor: shrinking must not wait for it.
    if (!memory.acquire(missing)) {
      return false;
    }
    keep(missing);
    return true;
  }

  /** Like {@link #growTo}, without waiting. */
  public boolean tryGrowTo(long bytes) {
    int missing = missing(bytes);
    if (missing <= 0) {
      return true;
    }
    if (!memory.tryAcquire(missing)) {
      return false;
    }
    keep(missing);
    return true;
  }

  /** Gives back what is held beyond that many bytes. */
  public synchronized void shrinkTo(long bytes) {
    int surplus = held - memory.units(bytes);
    if (surplus > 0) {
      held -= surplus;
      memory.release(surplus);
    }
  }

  /** Gives everything back, now and whatever it grows to later. */
  @Override
  public synchronized void close() {
    closed = true;
    shrinkTo(0);
  }

  private synchronized int missing(long bytes) {
    return closed ? 0 : memory.units(bytes) - held;
  }

  private synchronized void keep(int acquired) {
    if (closed) {
      memory.release(acquired);
    } else {
      held += acquired;
    }
  }
}
