package dev.oneport.gateway;

import dev.oneport.gateway.standing.AddressStanding;
import dev.oneport.gateway.standing.HealthSettings;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Checks one address again and again, one check at a time. */
final class AddressWatch implements AutoCloseable {
  private final AddressStanding standing;
  private final HealthCheck check;
  private final HealthSettings settings;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile long next = System.nanoTime();
  private volatile boolean closed;

  AddressWatch(AddressStanding standing, HealthCheck check, HealthSettings settings) {
    this.standing = standing;
    this.check = check;
    this.settings = settings;
  }

  /** Starts a check if one is due. */
  void look(long now) {
    if (now - next >= 0 && running.compareAndSet(false, true)) {
      next = now + settings.interval().toNanos();
      Thread.ofVirtual().name("upstream-health").start(this::run);
    }
  }

  private void run() {
    try {
      check.run();
      note("");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ClosedChannelException _) {
      note("no complete answer within " + settings.timeout().toMillis() + " ms");
    } catch (Exception e) {
      note(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    } finally {
      running.set(false);
    }
  }

  private void note(String problem) {
    if (!closed) {
      standing.checked(problem.isEmpty() ? null : problem);
    }
  }

  @Override
  public void close() {
    closed = true;
    check.close();
  }
}
