package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.identity.Verification.Verified;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The permission of an open call to continue. It ends when its token expires, when a changed
 * configuration no longer allows the call, when the call reaches the longest duration, or when the
 * server stops; the holder gets the reason, once, on another thread.
 */
final class Lease implements AutoCloseable {
  private final Leases leases;
  private final CallFacts call;
  private final Meter meter;
  private final Instant longest;
  private final Consumer<Reason> end;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Verified holder;
  private volatile boolean closed;

  Lease(
      Leases leases,
      CallFacts call,
      Verified holder,
      Meter meter,
      Instant longest,
      Consumer<Reason> end) {
    this.leases = leases;
    this.call = call;
    this.meter = meter;
    this.longest = longest;
    this.end = end;
    this.holder = holder;
  }

  Route route() {
    return call.route();
  }

  /** What conditions can ask about the call now. */
  CallFacts facts() {
    return call.by(holder.caller());
  }

  /** The caller, verified by the current token. */
  Verified holder() {
    return holder;
  }

  /** Whether it has reached the longest duration of a call. */
  boolean isTooLong() {
    return leases.isOver(longest);
  }

  /** Continues with a fresh token; false if it is not of the same caller. */
  boolean renew(Verified fresh) {
    var caller = holder.caller();
    var same =
        fresh.caller().name().equals(caller.name())
            && fresh.caller().issuer().equals(caller.issuer());
    if (same) {
      holder = fresh;
    }
    return same;
  }

  /** Revokes the lease; if notifying the holder fails, the lease stays open. */
  void end(Reason reason) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    leases.remove(this);
    var told = false;
    try {
      end.accept(reason);
      told = true;
    } finally {
      if (told) {
        leases.closed(meter);
      } else if (!closed) {
        over.set(false);
        leases.restore(this);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    if (over.compareAndSet(false, true)) {
      leases.remove(this);
      leases.closed(meter);
    }
  }
}
