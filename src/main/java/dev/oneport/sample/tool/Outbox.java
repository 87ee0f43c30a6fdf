package dev.oneport.sample.tool;

import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages from when they are given until they are answered, so that what a cut left unanswered can
 * be sent again. It holds a bounded number; who gives more waits.
 */
final class Outbox {
  /** A message with the number that its answer will carry. */
  record Numbered(long number, String text) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeMap<Long, String> unanswered = new TreeMap<>();
  private final int room;
  private long last;
  private boolean complete;
  private int cuts;

  Outbox(int room) {
    this.room = room;
  }

  /** Adds a message; waits while there is no room. */
  void add(String text) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (unanswered.size() >= room) {
        changed.await();
      }
      last++;
      unanswered.put(last, text);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing will be added any more. */
  void complete() {
    lock.lock();
    try {
      complete = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says that who waits for something to send on the present connection need not. */
  void cut() {
    lock.lock();
    try {
      cuts++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How often that was said; {@link #next} wants it back. */
  int cuts() {
    lock.lock();
    try {
      return cuts;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first unanswered message above a number, once there is one; empty after the last, or when
   * the connection was cut.
   */
  Optional<Numbered> next(long above, int connection) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (cuts == connection) {
        var entry = unanswered.higherEntry(above);
        if (entry != null) {
          return Optional.of(new Numbered(entry.getKey(), entry.getValue()));
        }
        if (complete) {
          break;
        }
        changed.await();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Takes an answer; false if it was there before. */
  boolean answered(long number) {
    lock.lock();
    try {
      changed.signalAll();
      return unanswered.remove(number) != null;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest message without an answer, for servers that answer in order and say no number. */
  Optional<Long> oldest() {
    lock.lock();
    try {
      return unanswered.isEmpty() ? Optional.empty() : Optional.of(unanswered.firstKey());
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything is given and answered; false if the connection was cut before. */
  boolean awaitAnswers(int connection) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (cuts == connection && !(complete && unanswered.isEmpty())) {
        changed.await();
      }
      return cuts == connection;
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything was given and answered. */
  boolean done() {
    lock.lock();
    try {
      return complete && unanswered.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
