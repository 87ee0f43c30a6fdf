package dev.oneport.identity;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Admits a limited number of threads at once. If more wait, their connections take turns: after a
 * connection's turn, all other waiting connections get theirs. The threads of one connection go in
 * the order of their arrival.
 *
 * <p>While good connections wait, suspects get every other turn at most, so a good connection never
 * waits for more suspects than there are good connections ahead of it.
 */
final class Turns {
  private final Lane trusted = new Lane();
  private final Lane suspects = new Lane();
  private int free;
  private boolean suspectsNext;

  Turns(int atOnce) {
    free = atOnce;
  }

  /** Waits for this thread's turn; the caller must then call {@link #release}. */
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

  /** Ends the turn and starts the next. */
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

  /** A waiting thread. The wait outlasts the thread's call, because other calls may share it. */
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
