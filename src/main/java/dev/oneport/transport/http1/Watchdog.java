package dev.oneport.transport.http1;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at every watched connection a few times a second, so that none needs a timer or a thread of
 * its own.
 *
 * <p>One daemon thread runs while there is anything to watch and ends by itself after.
 */
public final class Watchdog {
  /** Something with deadlines. */
  public interface Watched {
    /** Acts on what is overdue at the tick given; must not block. */
    void look(long now);
  }

  private static final Logger LOG = System.getLogger(Watchdog.class.getName());
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final long origin = System.nanoTime() - 1;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean running = new AtomicBoolean();

  /** The present tick in nanoseconds, above zero and never going back. */
  public long now() {
    return System.nanoTime() - origin;
  }

  /** The tick at which a wait of the length given that starts now is overdue. */
  public long after(Duration wait) {
    return now() + wait.toNanos();
  }

  /** Looks at it from now on. */
  public void watch(Watched connection) {
    watched.add(connection);
    if (!running.get()) {
      ensureRunning();
    }
  }

  /** Looks at it no more. */
  public void forget(Watched connection) {
    watched.remove(connection);
  }

  /** Looks at everything once, on the calling thread. */
  public void lookNow() {
    var now = now();
    watched.forEach(connection -> look(connection, now));
  }

  private void ensureRunning() {
    if (running.compareAndSet(false, true)) {
      // a platform thread, so that deadlines hold when handlers occupy every carrier
      Thread.ofPlatform().daemon().name("connection-watchdog").start(this::run);
    }
  }

  private void run() {
    do {
      LockSupport.parkNanos(PERIOD.toNanos());
      lookNow();
    } while (!watched.isEmpty());
    running.set(false);
    if (!watched.isEmpty()) {
      ensureRunning();
    }
  }

  private static void look(Watched connection, long now) {
    try {
      connection.look(now);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a connection's deadlines could not be checked", e);
    }
  }
}
