package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.threads.Background;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All open leases. One thread checks all of them several times a second and ends those whose calls
 * may not continue. A check costs about ten nanoseconds, so leases need no timers, and a changed
 * policy needs no extra mechanism.
 */
final class Leases implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Leases.class.getName());
  private static final Duration PAUSE = Duration.ofMillis(400);

  private final Permits permits;
  private final Function<Lease, Optional<Reason>> recheck;
  private final InstantSource steady;
  private final Duration longest;
  private final Set<Lease> open = ConcurrentHashMap.newKeySet();
  private final Executor ends = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread sweeper;
  private volatile boolean closed;
  private volatile boolean idle;

  /**
   * Creates an empty set.
   *
   * @param recheck returns why a call may not continue; empty if it may
   * @param longest how long a call may last; zero for no limit
   */
  Leases(
      Permits permits,
      Function<Lease, Optional<Reason>> recheck,
      Duration longest,
      InstantSource steady) {
    this.permits = permits;
    this.recheck = recheck;
    this.longest = longest;
    this.steady = steady;
    this.sweeper = Background.repeat("leases", this::round);
  }

  /** Opens a lease for an allowed call; empty at the caller's limit. */
  Optional<Lease> open(CallFacts call, Verified holder, Meter meter, Consumer<Reason> end) {
    if (!permits.tryAcquireStream(meter)) {
      return Optional.empty();
    }
    var last = longest.isZero() ? Instant.MAX : steady.instant().plus(longest);
    var lease = new Lease(this, call, holder, meter, last, end);
    open.add(lease);
    if (idle) {
      LockSupport.unpark(sweeper);
    }
    return Optional.of(lease);
  }

  /** How many leases are open. */
  int size() {
    return open.size();
  }

  /** Ends all open leases. */
  void endAll(Reason reason) {
    open.forEach(lease -> end(lease, reason));
  }

  /** Checks all leases without waiting for the next round. */
  void sweepSoon() {
    LockSupport.unpark(sweeper);
  }

  /** Whether a call with this deadline has reached the longest duration. */
  boolean isOver(Instant last) {
    return !steady.instant().isBefore(last);
  }

  void remove(Lease lease) {
    open.remove(lease);
  }

  void closed(Meter meter) {
    permits.releaseStream(meter);
  }

  void restore(Lease lease) {
    open.add(lease);
  }

  private boolean round() {
    if (open.isEmpty()) {
      sleep();
    } else {
      LockSupport.parkNanos(this, PAUSE.toNanos());
      sweep();
    }
    return !closed;
  }

  /**
   * Waits until a lease is opened. The opening thread checks {@code idle} afterwards, so one of the
   * two sees the other.
   */
  private void sleep() {
    idle = true;
    if (open.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    idle = false;
  }

  private void sweep() {
    for (var lease : open) {
      try {
        recheck.apply(lease).ifPresent(reason -> end(lease, reason));
      } catch (Throwable e) {
        LOG.log(System.Logger.Level.ERROR, "checking " + lease.route() + " failed; it ends", e);
        end(lease, Reason.INTERNAL);
      }
    }
  }

  /**
   * Ends the lease on another thread, so that a client that does not read cannot keep other calls
   * open. If ending it fails, the lease stays open and is checked again.
   */
  private void end(Lease lease, Reason reason) {
    run(() -> lease.end(reason));
  }

  /** Ends a call on another thread. */
  void run(Runnable end) {
    ends.execute(() -> Background.attempt(end));
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sweeper);
  }
}
