package dev.oneport.transport;

/**
 * One call's share of the {@link RequestMemory}. One thread at a time may grow it; any thread may
 * shrink or close it.
 */
public final class MemoryShare implements AutoCloseable {
  private final RequestMemory memory;
  private volatile int held;
  private long waited;
  private long ticket;
  private boolean closed;

  MemoryShare(RequestMemory memory) {
    this.memory = memory;
  }

  /**
   * Grows to at least that many bytes, and waits for them if others hold too many. All waits until
   * something is released count together: otherwise calls that each hold a part, and wait for the
   * next one, would keep each other waiting as long as each still gets a little.
   *
   * @return false if they did not become free in time; the share then stays as it was
   */
  public boolean growTo(long bytes) throws InterruptedException {
    int missing = missing(bytes);
    if (missing <= 0) {
      return true;
    }
    long begin = System.nanoTime();
    try {
      // Waits outside the monitor, so that others can shrink meanwhile.
      if (!memory.acquire(ticket(), missing, () -> held, waited())) {
        return false;
      }
    } finally {
      waited(System.nanoTime() - begin);
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

  /** Releases all but that many bytes, and resets the time waited so far. */
  public synchronized void shrinkTo(long bytes) {
    waited = 0;
    int surplus = held - memory.units(bytes);
    if (surplus > 0) {
      held -= surplus;
      memory.release(surplus);
    }
    if (held == 0) {
      ticket = 0;
    }
  }

  /** Releases all bytes, and those of any later growth. */
  @Override
  public synchronized void close() {
    closed = true;
    shrinkTo(0);
  }

  private synchronized long waited() {
    return waited;
  }

  private synchronized long ticket() {
    return ticket;
  }

  private synchronized void waited(long nanos) {
    waited += nanos;
  }

  private synchronized int missing(long bytes) {
    int missing = closed ? 0 : memory.units(bytes) - held;
    if (missing > 0 && ticket == 0) {
      ticket = memory.ticket();
    }
    return missing;
  }

  private synchronized void keep(int acquired) {
    if (closed) {
      memory.release(acquired);
    } else {
      held += acquired;
    }
  }
}
