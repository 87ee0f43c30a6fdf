package dev.oneport.transport;

/**
 * One call's share of the {@link RequestMemory}. One thread at a time may grow it; any thread may
 * shrink or close it.
 */
public final class MemoryShare implements AutoCloseable {
  private final RequestMemory memory;
  private int held;
  private boolean closed;

  MemoryShare(RequestMemory memory) {
    this.memory = memory;
  }

  /**
   * Grows to at least that many bytes, and waits for them if others hold too many.
   *
   * @return false if they did not become free in time; the share then stays as it was
   */
  public boolean growTo(long bytes) throws InterruptedException {
    int missing = missing(bytes);
    if (missing <= 0) {
      return true;
    }
    // Waits outside the monitor, so that others can shrink meanwhile.
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

  /** Releases all but that many bytes. */
  public synchronized void shrinkTo(long bytes) {
    int surplus = held - memory.units(bytes);
    if (surplus > 0) {
      held -= surplus;
      memory.release(surplus);
    }
  }

  /** Releases all bytes, and those of any later growth. */
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
