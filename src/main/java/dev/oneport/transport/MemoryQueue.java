package dev.oneport.transport;

import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Units of memory and the calls that wait for them. A call that began before another, and holds a
 * part or waits for its first, goes before it; so the calls finish one after the other.
 *
 * <p>When all that is held is held by calls that wait for more, none of them could go on: the
 * youngest is refused at once, so that what it held lets the oldest finish.
 */
final class MemoryQueue {
  private static final class Waiter {
    private final int wanted;
    private final IntSupplier held;
    private final Condition decided;
    private boolean granted;

    Waiter(int wanted, IntSupplier held, Condition decided) {
      this.wanted = wanted;
      this.held = held;
      this.decided = decided;
    }
  }

  private final int units;
  private final ReentrantLock lock = new ReentrantLock();

  // These belong to the lock.
  private final TreeMap<Long, Waiter> waiters = new TreeMap<>();
  private long tickets;
  private int free;

  MemoryQueue(int units) {
    this.units = units;
    this.free = units;
  }

  int free() {
    lock.lock();
    try {
      return free;
    } finally {
      lock.unlock();
    }
  }

  boolean isWaitedFor() {
    lock.lock();
    try {
      return !waiters.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** The place of a call that begins now. */
  long ticket() {
    lock.lock();
    try {
      return ++tickets;
    } finally {
      lock.unlock();
    }
  }

  boolean tryAcquire(int wanted) {
    lock.lock();
    try {
      if (free < wanted) {
        return false;
      }
      free -= wanted;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes units, waiting for them behind older calls.
   *
   * @param ticket the call's place
   * @param held what the call holds already
   * @return false if they did not become free in time, or never would
   */
  boolean acquire(long ticket, int wanted, IntSupplier held, long nanos)
      throws InterruptedException {
    lock.lock();
    try {
      var waiter = new Waiter(wanted, held, lock.newCondition());
      waiters.put(ticket, waiter);
      settle();
      try {
        long left = nanos;
        while (waiters.get(ticket) == waiter && left > 0) {
          left = waiter.decided.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        free += waiter.granted ? wanted : 0;
        throw e;
      } finally {
        waiters.remove(ticket, waiter);
        settle();
      }
      return waiter.granted;
    } finally {
      lock.unlock();
    }
  }

  void release(int given) {
    lock.lock();
    try {
      free += given;
      settle();
    } finally {
      lock.unlock();
    }
  }

  private void settle() {
    while (!waiters.isEmpty() && waiters.firstEntry().getValue().wanted <= free) {
      var first = waiters.pollFirstEntry().getValue();
      free -= first.wanted;
      first.granted = true;
      first.decided.signal();
    }
    if (!waiters.isEmpty() && noneGoesOn()) {
      refuseYoungest();
    }
  }

  private boolean noneGoesOn() {
    int idle = free;
    for (var waiter : waiters.values()) {
      idle += waiter.held.getAsInt();
    }
    return idle >= units;
  }

  /** What it holds is no longer held by one who waits, so that no other is refused meanwhile. */
  private void refuseYoungest() {
    for (var entry : waiters.descendingMap().entrySet()) {
      if (entry.getValue().held.getAsInt() > 0) {
        waiters.remove(entry.getKey());
        entry.getValue().decided.signal();
        return;
      }
    }
  }
}
