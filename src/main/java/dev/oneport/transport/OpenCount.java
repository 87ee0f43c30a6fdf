package dev.oneport.transport;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what is open, up to a bound, and lets others wait until nothing is. */
public final class OpenCount {
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private int open;

  /**
   * @param most the most that may be open at once
   */
  public OpenCount(int most) {
    this.most = most;
  }

  /** Counts one more; false if that would be too many. */
  public boolean tryOpen() {
    lock.lock();
    try {
      if (open >= most) {
        return false;
      }
      open++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Counts one less. */
  public void close() {
    lock.lock();
    try {
      open--;
      if (open == 0) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many are open. */
  public int open() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until none is open; false if that took longer than the time given. */
  public boolean awaitNone(Duration longest) throws InterruptedException {
    var left = longest.toNanos();
    lock.lockInterruptibly();
    try {
      while (open > 0) {
        if (left <= 0) {
          return false;
        }
        left = none.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
