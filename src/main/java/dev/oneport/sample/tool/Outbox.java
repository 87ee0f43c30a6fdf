package dev.oneport.sample.tool;

import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps messages until they are answered, so that unanswered ones can be sent again after a lost
 * connection. It is bounded: adding a message waits for room.
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

  /** Marks the end of the messages. */
  void complete() {
    lock.lock();
    try {
      complete = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Marks the current connection as lost, and wakes the threads that wait to send on it. */
  void cut() {
    lock.lock();
    try {
      cuts++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The number of lost connections so far; identifies the current connection in {@link #next}. */
  int cuts() {
    lock.lock();
    try {
      return cuts;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the first unanswered message above a number; empty after the last one, or once the
   * connection is lost.
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

  /** Records an answer; false if the message had been answered before. */
  boolean answered(long number) {
    lock.lock();
    try {
      changed.signalAll();
      return unanswered.remove(number) != null;
    } finally {
      lock.unlock();
    }
  }

  /** The oldest unanswered message, for servers that answer in order and without numbers. */
  Optional<Long> oldest() {
    lock.lock();
    try {
      return unanswered.isEmpty() ? Optional.empty() : Optional.of(unanswered.firstKey());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all messages were added and answered; false if the connection was lost before that.
   */
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

  /** Whether all messages were added and answered. */
  boolean done() {
    lock.lock();
    try {
      return complete && unanswered.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
