package dev.oneport.transport.calls;

import dev.oneport.transport.http2.flow.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Gives a call the thread on which it takes its turns. Where reading waits for the client, that is
 * the one that {@link #run runs} it. Otherwise there is a thread only while there is something to
 * do: a call that waits for its client costs none, and none can be left behind.
 */
abstract class CallThread {
  private final boolean waits;

  // These belong to this object's monitor.
  private int signals;
  private boolean running;
  private @Nullable Thread interruptible;

  CallThread(boolean waits) {
    this.waits = waits;
    this.running = waits;
  }

  /** Takes a turn; false if there is nothing to do for now. */
  abstract boolean turn();

  /** Whether there will be no more turns. */
  abstract boolean isOver();

  /** The thread was interrupted while there was nothing to do. */
  abstract void interrupted();

  /** Something has happened, such as that a part of the request arrived. */
  public synchronized void signal() {
    signals++;
    if (running) {
      return;
    }
    if (waits) {
      notifyAll();
    } else {
      running = true;
      Threads.start("grpc-call", this::run);
    }
  }

  /** Whether a thread is taking turns now. */
  final synchronized boolean isBusy() {
    return running;
  }

  /** Interrupts a handler that runs on this thread. */
  final synchronized void wake() {
    if (interruptible != null && !interruptible.equals(Thread.currentThread())) {
      interruptible.interrupt();
    }
  }

  /**
   * Whether {@link #wake} may interrupt this thread: while it reads, that would end a connection.
   */
  final synchronized void handling(boolean now) {
    interruptible = now ? Thread.currentThread() : null;
  }

  /** Takes turns until the call is over, or until there is nothing to do. */
  public void run() {
    handling(!waits);
    while (!isOver()) {
      int seen = signals();
      if (!turn() && !isOver() && rest(seen)) {
        return;
      }
    }
  }

  private synchronized int signals() {
    return signals;
  }

  /** Whether the thread ends, as nothing has happened since; what happens later begins another. */
  private boolean rest(int seen) {
    try {
      return restOrWait(seen);
    } catch (InterruptedException e) {
      interrupted();
      return false;
    }
  }

  private synchronized boolean restOrWait(int seen) throws InterruptedException {
    if (signals != seen) {
      return false;
    }
    running = false;
    if (!waits) {
      interruptible = null;
      return true;
    }
    try {
      while (signals == seen) {
        wait();
      }
    } finally {
      running = true;
    }
    return false;
  }
}
