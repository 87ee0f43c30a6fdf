package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.policy.Rule;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that was allowed, until it is over. It holds the call's permit, its lease if it stays
 * open, and its record: when it is closed the permit is given back, the lease ends and the record
 * is written, each once, however often and by whichever threads it is closed.
 */
final class Admission implements AutoCloseable {
  private final CallWatch call;
  private final Permits permits;
  private final Leases leases;
  private final Verified holder;
  private final Rule rule;
  private final Meter meter;
  private final AtomicBoolean ended = new AtomicBoolean();

  // These are written under this object's monitor.
  private volatile @Nullable Lease lease;
  private volatile @Nullable Reason cut;
  private @Nullable Consumer<Reason> listener;
  private boolean closed;

  /** Owns a permit for a call that was allowed. */
  Admission(
      CallWatch call, Permits permits, Leases leases, Verified holder, Rule rule, Meter meter) {
    this.call = call;
    this.permits = permits;
    this.leases = leases;
    this.holder = holder;
    this.rule = rule;
    this.meter = meter;
  }

  /** Who called; {@link Caller#ANONYMOUS} on open routes. */
  Caller caller() {
    return holder.caller();
  }

  Meter meter() {
    return meter;
  }

  /** What a call that stays open holds. */
  Lease lease() {
    return Objects.requireNonNull(lease);
  }

  /** Why the call may not go on, if its lease has ended for a reason. */
  Optional<Reason> cut() {
    return Optional.ofNullable(cut);
  }

  /** Opens a lease for a call that stays open; false if that is one too many. */
  synchronized boolean stayOpen() {
    if (closed) {
      throw new IllegalStateException("the call is over");
    }
    if (lease == null) {
      lease = leases.open(call.route(), holder, meter, this::cut).orElse(null);
    }
    return lease != null;
  }

  /** The same for a call that has begun, and may be over by now. */
  synchronized boolean staysOpen() {
    return closed || stayOpen();
  }

  /** Tells a listener why the call may not go on, once that is so, perhaps at once. */
  void onCut(Consumer<Reason> told) {
    Reason early;
    synchronized (this) {
      listener = told;
      early = cut;
    }
    if (early != null) {
      told.accept(early);
    }
  }

  private void cut(Reason reason) {
    Consumer<Reason> told;
    synchronized (this) {
      cut = reason;
      told = listener;
    }
    if (told != null) {
      told.accept(reason);
    }
  }

  /** A stream or socket began. */
  void started() {
    if (!ended.get()) {
      call.started(caller(), rule);
    }
  }

  /** The call may not begin after all. */
  Denied deny(Denied denied) {
    releaseLease();
    finish(() -> call.denied(denied));
    return denied;
  }

  /**
   * The handler has ended the call; the first outcome counts. What it has sent may still be on its
   * way, so the lease stays until the admission is closed.
   */
  void end(Outcome outcome) {
    finish(() -> call.ended(caller(), rule, outcome));
  }

  /** The call is over; how it ended counts unless that was said before. */
  void close(Outcome outcome) {
    releaseLease();
    end(outcome);
  }

  /** The call is over; unless it was said how it ended, the server failed. */
  @Override
  public void close() {
    releaseLease();
    finish(() -> call.ended(caller(), rule, call.failed()));
  }

  /** First the call is written down: a server that stops waits until no call has a permit. */
  private void finish(Runnable record) {
    if (ended.compareAndSet(false, true)) {
      try {
        record.run();
      } finally {
        permits.release(call.route());
      }
    }
  }

  private void releaseLease() {
    synchronized (this) {
      closed = true;
    }
    var held = lease;
    if (held != null) {
      held.close();
    }
  }
}
