package dev.oneport.threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts every thread that works in the background. They are platform threads, so that they run
 * while handlers occupy all carriers, and their names begin with {@link #PREFIX}.
 *
 * <p>Whatever a round throws, an {@link Error} included, is logged, and the next round follows. A
 * thread for which not even that works dies, and {@code oneport serve} ends with it: see the
 * default handler for uncaught exceptions that it sets.
 */
public final class Background {
  /** How the names of the threads begin. */
  public static final String PREFIX = "oneport-";

  private static final Logger LOG = System.getLogger(Background.class.getName());

  /** Between a round that failed and the next one, so that a failure for good costs little. */
  private static final long PAUSE_NANOS = 100_000_000;

  private Background() {}

  /** One round of work. */
  @FunctionalInterface
  public interface Round {
    /**
     * Waits for work, and does it.
     *
     * @return whether another round follows
     * @throws InterruptedException if the thread should end
     */
    boolean run() throws InterruptedException;
  }

  /** Starts a thread that does one round after the other. */
  public static Thread repeat(String name, Round round) {
    return start(name, () -> rounds(round));
  }

  /** Starts a thread that does something once. */
  public static Thread start(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(PREFIX + name).start(task);
  }

  /** For executors. */
  public static ThreadFactory factory(String name) {
    return Thread.ofPlatform().daemon().name(PREFIX + name).factory();
  }

  /**
   * Does a part of a round that must not hinder the others.
   *
   * @return whether it did not fail
   */
  public static boolean attempt(Runnable part) {
    try {
      part.run();
      return true;
    } catch (Throwable e) {
      log(e);
      return false;
    }
  }

  /** Does one round after the other on this thread, which is a background thread. */
  static void rounds(Round round) {
    var more = true;
    while (more) {
      try {
        more = round.run();
      } catch (InterruptedException e) {
        // Whoever interrupts such a thread wants it to end.
        return;
      } catch (Throwable e) {
        log(e);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static void log(Throwable e) {
    LOG.log(Level.ERROR, Thread.currentThread().getName() + " failed, and goes on", e);
  }
}
