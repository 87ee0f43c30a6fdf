package dev.oneport.transport.time;

import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at every watched connection a few times a second, so that none needs a timer or a thread of
 * its own.
 *
 * <p>One daemon thread runs while there is anything to watch and ends by itself after.
 */
public final class DeadlineWatch {
  /** Something with deadlines. */
  public interface Watched {
    /** Acts on what is overdue at the tick given; must not block. */
    void look(long now);
  }

  private static final Duration PERIOD = Duration.ofMillis(100);

  private final long origin = System.nanoTime() - 1;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final OnDemand thread =
      new OnDemand("connection-watchdog", PERIOD, () -> !watched.isEmpty(), this::lookNow);

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
    thread.wake();
  }

  /** Looks at it no more. */
  public void forget(Watched connection) {
    watched.remove(connection);
  }

  /** Looks at everything once, on the calling thread. */
  public void lookNow() {
    var now = now();
    for (var connection : watched) {
      var _ = Background.attempt(() -> connection.look(now));
    }
  }
}
