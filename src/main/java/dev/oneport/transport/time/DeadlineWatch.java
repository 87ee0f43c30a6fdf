package dev.oneport.transport.time;

import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks the deadlines of all watched connections a few times a second, so that none needs a timer
 * or a separate thread.
 *
 * <p>One daemon thread runs while there are connections to watch.
 */
public final class DeadlineWatch {
  /** Something with deadlines. */
  public interface Watched {
    /** Acts on deadlines that have passed at this tick; must not block. */
    void look(long now);
  }

  private static final Duration PERIOD = Duration.ofMillis(100);

  private final long origin = System.nanoTime() - 1;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final OnDemand thread =
      new OnDemand("connection-watchdog", PERIOD, () -> !watched.isEmpty(), this::lookNow);

  /** The current tick in nanoseconds, above zero and monotonic. */
  public long now() {
    return System.nanoTime() - origin;
  }

  /** The tick at which a wait that starts now ends. */
  public long after(Duration wait) {
    return now() + wait.toNanos();
  }

  /** Starts watching a connection. */
  public void watch(Watched connection) {
    watched.add(connection);
    thread.wake();
  }

  /** Stops watching a connection. */
  public void forget(Watched connection) {
    watched.remove(connection);
  }

  /** Checks all connections once, on the calling thread. */
  public void lookNow() {
    var now = now();
    for (var connection : watched) {
      var _ = Background.attempt(() -> connection.look(now));
    }
  }
}
