package dev.oneport.identity;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a number of threads through at once. Where more want to, their connections take turns: a
 * connection has one turn, then all others that wait have theirs, and its own threads go in the
 * order in which they came.
 *
 * <p>Suspects are turned to every other time only, so that a connection that is none never waits
 * for more than as many suspects as there are connections of its own kind before it.
 */
final class Turns {
  private final Lane trusted = new Lane();
  private final Lane suspects = new Lane();
  private int free;
  private boolean suspectsNext;

  Turns(int atOnce) {
    free = atOnce;
  }

  /** Waits until it is the turn of this thread; {@link #release} must follow. */
  void acquire(Object connection, boolean suspect) {
    var place = new Place(Thread.currentThread());
    synchronized (this) {
      if (free > 0) {
        free--;
        return;
      }
      (suspect ? suspects : trusted).add(connection, place);
    }
    place.await();
  }

  /** Has the next one go. */
  synchronized void release() {
    var first = suspectsNext ? suspects : trusted;
    var lane = first.isEmpty() ? (suspectsNext ? trusted : suspects) : first;
    if (lane.isEmpty()) {
      free++;
      return;
    }
    suspectsNext = lane == trusted;
    lane.next().go();
  }

  /** Connections in the order of their turns. */
  private static final class Lane {
    private final LinkedHashMap<Object, ArrayDeque<Place>> waiting = new LinkedHashMap<>();

    boolean isEmpty() {
      return waiting.isEmpty();
    }

    void add(Object connection, Place place) {
      waiting.computeIfAbsent(connection, _ -> new ArrayDeque<>()).add(place);
    }

    Place next() {
      var turn = waiting.pollFirstEntry();
      var place = turn.getValue().remove();
      if (!turn.getValue().isEmpty()) {
        waiting.putLast(turn.getKey(), turn.getValue());
      }
      return place;
    }
  }

  /** A thread that waits. That its call has ended does not end the wait: others may share it. */
  private static final class Place {
    private final Thread thread;
    private volatile boolean go;

    Place(Thread thread) {
      this.thread = thread;
    }

    void go() {
      go = true;
      LockSupport.unpark(thread);
    }

    void await() {
      var interrupted = false;
      while (!go) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        thread.interrupt();
      }
    }
  }
}
