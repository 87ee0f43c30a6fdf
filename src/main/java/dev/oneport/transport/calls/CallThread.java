package dev.oneport.transport.calls;

import dev.oneport.transport.http2.flow.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Runs a call's turns. If reading waits for the client, they run on the thread that calls {@link
 * #run}. Otherwise a thread exists only while there is something to do: a call that waits for its
 * client needs no thread, and leaves none behind.
 */
abstract class CallThread {
  private final boolean waits;

  // Guarded by this object's monitor.
  private int signals;
  private boolean running;
  private @Nullable Thread interruptible;

  CallThread(boolean waits) {
    this.waits = waits;
    this.running = waits;
  }

  /** Runs a turn; false if there is nothing to do at the moment. */
  abstract boolean turn();

  /** Whether there will be no more turns. */
  abstract boolean isOver();

  /** The thread ends because even what handles failures has failed. */
  abstract void died();

  /** The thread was interrupted while there was nothing to do. */
  abstract void interrupted();

  /** Signals an event, such as the arrival of a part of the request. */
  public synchronized void signal() {
    signals++;
    if (running) {
      return;
    }
    if (waits) {
      notifyAll();
    } else {
      // In this order: without a thread the next signal must start one.
      Threads.start("grpc-call", this::run);
      running = true;
    }
  }

  /** Whether a thread is running turns now. */
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
   * Whether {@link #wake} may interrupt this thread: interrupting a read would end the connection.
   */
  final synchronized void handling(boolean now) {
    interruptible = now ? Thread.currentThread() : null;
  }

  /** Runs turns until the call is over, or until there is nothing to do. */
  public void run() {
    handling(!waits);
    boolean orderly = false;
    try {
      while (!isOver()) {
        int seen = signals();
        if (!turn() && !isOver() && rest(seen)) {
          break;
        }
      }
      orderly = true;
    } finally {
      if (!orderly && !waits) {
        stop();
        died();
      }
    }
  }

  private synchronized void stop() {
    running = false;
    interruptible = null;
  }

  private synchronized int signals() {
    return signals;
  }

  /**
   * Whether the thread ends because nothing has happened since; a later event starts another
   * thread.
   */
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
