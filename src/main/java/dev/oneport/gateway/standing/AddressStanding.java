package dev.oneport.gateway.standing;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Whether one address of an upstream may be tried now, on all protocols. */
public final class AddressStanding {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  /** Opens a connection. */
  @FunctionalInterface
  public interface Connecting<T> {
    /** Returns the connection, or throws the reason for which there is none. */
    T connect() throws Exception;
  }

  private final String name;
  private final RetrySettings retries;
  private final Duration interval;
  private final int unhealthyAfter;
  private final int healthyAfter;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean healthy = true;
  private volatile boolean open;
  private volatile @Nullable AddressBreaker breaker;

  // Guarded by the lock: checks in a row that contradict the present state.
  private int contrary;

  /**
   * Creates the standing of an address that has not been tried.
   *
   * @param name the upstream and the address, for logs
   * @param checks how it is checked, if it is
   */
  public AddressStanding(String name, RetrySettings retries, @Nullable HealthSettings checks) {
    this.name = name;
    this.retries = retries;
    this.interval = checks == null ? Duration.ZERO : checks.interval();
    this.unhealthyAfter = checks == null ? 0 : checks.unhealthyAfter();
    this.healthyAfter = checks == null ? 0 : checks.healthyAfter();
  }

  /** Whether its checks say so; true without checks. */
  public boolean isHealthy() {
    return healthy;
  }

  /** Whether a call may use it: it is healthy, and its circuit breaker is not open. */
  public boolean isUp() {
    var known = breaker;
    return healthy && (known == null || !known.isOpen());
  }

  /**
   * Throws unless the address is healthy.
   *
   * @throws RestingUpstream if it is not
   */
  public void checkHealthy() throws RestingUpstream {
    if (!healthy) {
      throw new RestingUpstream(name + " is unhealthy", interval);
    }
  }

  /**
   * Opens a connection, unless too many attempts failed just now.
   *
   * @throws RestingUpstream if it was not tried
   * @throws Exception what the attempt throws
   */
  public <T> T connect(Connecting<T> connecting) throws Exception {
    var known = breaker;
    if (known == null) {
      try {
        return connecting.connect();
      } catch (Exception e) {
        var _ =
            this.<T>attempt(
                breaker(e),
                () -> {
                  throw e;
                });
        throw e;
      }
    }
    return attempt(known, connecting);
  }

  private <T> T attempt(@Nullable AddressBreaker with, Connecting<T> connecting) throws Exception {
    if (with == null) {
      return connecting.connect();
    }
    try {
      var made = with.connect(connecting);
      noteOpen(false);
      return made;
    } catch (AddressBreaker.Open _) {
      throw new RestingUpstream(
          name + " was not tried, because connecting failed too often", retries.breakerDelay());
    } catch (Exception e) {
      if (with.isOpen()) {
        noteOpen(true);
      }
      throw e;
    }
  }

  /** Logs only changes. */
  private void noteOpen(boolean now) {
    if (open != now) {
      open = now;
      LOG.log(
          now ? Level.WARNING : Level.INFO,
          now
              ? "{0} is not tried for {1} ms: connecting failed too often"
              : "{0} can be reached again",
          name,
          String.valueOf(retries.breakerDelay().toMillis()));
    }
  }

  private @Nullable AddressBreaker breaker(Exception cause) {
    if (retries.breakerFailures() == 0 || cause instanceof InterruptedException) {
      return null;
    }
    lock.lock();
    try {
      if (breaker == null) {
        breaker = new AddressBreaker(retries);
      }
      return breaker;
    } finally {
      lock.unlock();
    }
  }

  /** Notes the result of a check; logs changes. */
  public void checked(@Nullable String problem) {
    lock.lock();
    try {
      if ((problem == null) == healthy) {
        contrary = 0;
        return;
      }
      contrary++;
      if (contrary < (healthy ? unhealthyAfter : healthyAfter)) {
        return;
      }
      contrary = 0;
      healthy = !healthy;
    } finally {
      lock.unlock();
    }
    if (problem == null) {
      LOG.log(Level.INFO, "{0} is healthy again", name);
    } else {
      LOG.log(Level.WARNING, "{0} is unhealthy: {1}", name, problem);
    }
  }
}
