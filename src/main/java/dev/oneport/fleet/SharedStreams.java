package dev.oneport.fleet;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The open streams of one caller on all servers. Opening one asks the store and waits for its
 * answer, for a bounded time; closing one tells it in the background. One question at a time is
 * under way, with the whole count of this server, so that none can arrive out of order; the lock is
 * not held meanwhile.
 */
public final class SharedStreams {
  private static final int UNKNOWN = -1;

  private final FleetQuotas fleet;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition answered = lock.newCondition();
  private long open;
  private long waiting;

  /** Those that were answered, and have not looked yet. */
  private long granted;

  private long refused;
  private long failed;

  private long told;
  private boolean asking;
  private boolean away;
  private int most;

  SharedStreams(FleetQuotas fleet, String name) {
    this.fleet = fleet;
    this.name = name;
  }

  /** Counts one more open stream, unless all servers together have that many. */
  public boolean open(int limit) {
    lock.lock();
    try {
      most = limit;
      if (away) {
        ask();
        return openWithout();
      }
      waiting++;
      ask();
      while (granted == 0 && refused == 0 && failed == 0) {
        answered.awaitUninterruptibly();
      }
      if (granted > 0) {
        granted--;
        return true;
      }
      if (refused > 0) {
        refused--;
        return false;
      }
      failed--;
      return openWithout();
    } finally {
      lock.unlock();
    }
  }

  private boolean openWithout() {
    boolean may =
        switch (fleet.without()) {
          case LOCAL -> open < Math.max(1, most / fleet.servers());
          case OPEN -> true;
          case CLOSED -> false;
        };
    if (may) {
      open++;
    }
    return may;
  }

  /** Counts one open stream less. */
  public void close() {
    lock.lock();
    try {
      open--;
      ask();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells the store what it does not know; false if there is nothing to tell.
   *
   * @param again also what it was told, because it may have lost that
   */
  boolean tell(boolean again) {
    lock.lock();
    try {
      if (open == 0 && told == 0 && waiting == 0) {
        return false;
      }
      if (again) {
        told = UNKNOWN;
      }
      ask();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void ask() {
    if (!asking && (waiting > 0 || told != open)) {
      asking = true;
      fleet.holds(this);
      Thread.ofVirtual().name("fleet-streams").start(this::answer);
    }
  }

  private void answer() {
    long before;
    long asked;
    int limit;
    lock.lock();
    try {
      before = open;
      asked = waiting;
      limit = most;
    } finally {
      lock.unlock();
    }
    long may = -1;
    try {
      may = fleet.store().hold(name, before, before + asked, limit);
    } catch (IOException | RuntimeException e) {
      fleet.failed(e);
    } finally {
      note(before, asked, may);
    }
  }

  private void note(long before, long asked, long may) {
    lock.lock();
    try {
      asking = false;
      waiting -= asked;
      away = may < 0;
      if (away) {
        failed += asked + waiting;
        waiting = 0;
        told = UNKNOWN;
      } else {
        long more = Math.clamp(may - before, 0, asked);
        granted += more;
        refused += asked - more;
        open += more;
        told = before + more;
        ask();
      }
      answered.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
