package dev.oneport.gateway.standing;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Whether one address of an upstream may be tried now, on all protocols. */
public final class AddressStanding {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private final String name;
  private final Duration interval;
  private final int unhealthyAfter;
  private final int healthyAfter;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean healthy = true;

  // Guarded by the lock: checks in a row that contradict the present state.
  private int contrary;

  /**
   * Creates the standing of an address that has not been tried.
   *
   * @param name the upstream and the address, for logs
   * @param checks how it is checked, if it is
   */
  public AddressStanding(String name, @Nullable HealthSettings checks) {
    this.name = name;
    this.interval = checks == null ? Duration.ZERO : checks.interval();
    this.unhealthyAfter = checks == null ? 0 : checks.unhealthyAfter();
    this.healthyAfter = checks == null ? 0 : checks.healthyAfter();
  }

  /** Whether its checks say so; true without checks. */
  public boolean isHealthy() {
    return healthy;
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
