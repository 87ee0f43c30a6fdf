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
 * An allowed call until it ends. Closing it writes the call's record, releases its permit and ends
 * its lease, if it has one; each happens once, however many threads close it.
 */
final class Admission implements AutoCloseable {
  private final CallWatch call;
  private final CallFacts facts;
  private final Permits permits;
  private final Leases leases;
  private final CallsInFlight inFlight;
  private final Verified holder;
  private final Rule rule;
  private final Meter meter;
  private final AtomicBoolean ended = new AtomicBoolean();

  // Guarded by this object's monitor for writing.
  private volatile @Nullable Lease lease;
  private volatile @Nullable Reason cutReason;
  private @Nullable Consumer<Reason> listener;
  private boolean closed;

  /** Takes over a permit that was acquired for an allowed call. */
  Admission(
      CallFacts facts,
      Permits permits,
      Leases leases,
      CallsInFlight inFlight,
      Verified holder,
      Rule rule,
      Meter meter) {
    this.call = facts.call();
    this.facts = facts;
    this.permits = permits;
    this.leases = leases;
    this.inFlight = inFlight;
    this.holder = holder;
    this.rule = rule;
    this.meter = meter;
  }

  /** Runs parts of the handler for the caller. */
  CallScope scope() {
    return call.scope(caller());
  }

  /** Who called; {@link Caller#ANONYMOUS} on open routes. */
  Caller caller() {
    return holder.caller();
  }

  /** The caller, as the credential of the call named it. */
  Verified holder() {
    return holder;
  }

  Meter meter() {
    return meter;
  }

  /** The lease of a call that stays open. */
  Lease lease() {
    return Objects.requireNonNull(lease);
  }

  /** Whether the call has ended or was cut off. */
  boolean isOver() {
    return ended.get() || cutReason != null;
  }

  /** Why the call was cut off; empty if it was not. */
  Optional<Reason> cutReason() {
    return Optional.ofNullable(cutReason);
  }

  /** Opens a lease for a call that stays open; false at the caller's limit of open streams. */
  boolean stayOpen() {
    if (isClosed()) {
      throw new IllegalStateException("the call is over");
    }
    return stayOpenUnlessClosed();
  }

  /** Like {@link #stayOpen}, for a call that has begun; true also if it has already ended. */
  boolean stayOpenUnlessClosed() {
    if (lease != null || isClosed()) {
      return true;
    }
    // Without the monitor: to count the stream may mean to ask other servers.
    var opened = leases.open(facts, holder, meter, this::cutOff);
    if (opened.isPresent() && !hold(opened.get())) {
      opened.get().close();
    }
    return opened.isPresent();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Keeps the lease, unless there is one or the call has ended meanwhile. */
  private synchronized boolean hold(Lease opened) {
    if (closed || lease != null) {
      return false;
    }
    lease = opened;
    return true;
  }

  /**
   * Sets the listener that gets the reason when the call is cut off; called at once if it was
   * already.
   */
  void onCutOff(Consumer<Reason> told) {
    Reason early;
    synchronized (this) {
      listener = told;
      early = cutReason;
    }
    if (early != null) {
      told.accept(early);
    }
  }

  private void cutOff(Reason reason) {
    call.cutOff(reason);
    Consumer<Reason> told;
    synchronized (this) {
      cutReason = reason;
      told = listener;
    }
    if (told != null) {
      told.accept(reason);
    }
  }

  /** Cuts off a call without a lease because its credential was revoked. */
  void revoke() {
    if (lease == null && !ended.get()) {
      leases.run(() -> cutOff(Reason.ACCESS_TOKEN_REVOKED));
    }
  }

  /** Records that a stream or socket began. */
  void started() {
    if (!ended.get()) {
      call.started(caller(), rule);
    }
  }

  /** Denies the call after all. */
  Denied deny(Denied denied) {
    releaseLease();
    finish(() -> call.denied(denied));
    return denied;
  }

  /**
   * Records that the handler ended the call; the first outcome counts. Its messages may not have
   * been sent yet, so the lease stays until the admission is closed.
   */
  void end(Outcome outcome) {
    finish(() -> call.ended(caller(), rule, outcome));
  }

  /** Ends the call; the outcome counts unless one was set before. */
  void close(Outcome outcome) {
    releaseLease();
    end(outcome);
  }

  /** Ends the call; without an outcome it counts as a failure of the server. */
  @Override
  public void close() {
    releaseLease();
    finish(() -> call.ended(caller(), rule, call.failed()));
  }

  /** Records the call before it releases the permit: a stopping server waits only for permits. */
  private void finish(Runnable record) {
    if (ended.compareAndSet(false, true)) {
      try {
        record.run();
      } finally {
        permits.release(call.route());
        inFlight.remove(this);
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
