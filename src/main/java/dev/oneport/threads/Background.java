package dev.oneport.threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts every thread that works in the background. They are platform threads, so that they run
 * while handlers occupy all carriers, and their names begin with {@link #PREFIX}.
 *
 * <p>Everything that a round throws, even an {@link Error}, is logged, and the next round follows.
 * If that fails too, the thread dies and {@code oneport serve} ends with it: see its default
 * handler for uncaught exceptions.
 */
public final class Background {
  /** How the names of the threads begin. */
  public static final String PREFIX = "oneport-";

  private static final Logger LOG = System.getLogger(Background.class.getName());

  /** The pause after a failed round, so that a permanent failure costs little. */
  private static final long PAUSE_NANOS = 100_000_000;

  private Background() {}

  /** One round of work. */
  @FunctionalInterface
  public interface Round {
    /**
     * Waits for work and does it.
     *
     * @return whether another round follows
     * @throws InterruptedException if the thread should end
     */
    boolean run() throws InterruptedException;
  }

  /** Starts a thread that runs rounds until one returns false. */
  public static Thread repeat(String name, Round round) {
    return start(name, () -> rounds(round));
  }

  /** Starts a thread that runs a task once. */
  public static Thread start(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(PREFIX + name).start(task);
  }

  /** For executors. */
  public static ThreadFactory factory(String name) {
    return Thread.ofPlatform().daemon().name(PREFIX + name).factory();
  }

  /**
   * Runs a part of a round whose failure must not affect the others.
   *
   * @return whether it succeeded
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

  /** Runs rounds on this thread, which is a background thread. */
  static void rounds(Round round) {
    var more = true;
    while (more) {
      try {
        more = round.run();
      } catch (InterruptedException e) {
        // An interrupt asks such a thread to end.
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
