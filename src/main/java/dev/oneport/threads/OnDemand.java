package dev.oneport.threads;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A background thread with a periodic task, which runs only while it is needed. */
public final class OnDemand {
  private final String name;
  private final Duration period;
  private final BooleanSupplier needed;
  private final Runnable look;
  private final AtomicBoolean running = new AtomicBoolean();

  /** Creates it; the thread does not run yet. */
  public OnDemand(String name, Duration period, BooleanSupplier needed, Runnable look) {
    this.name = name;
    this.period = period;
    this.needed = needed;
    this.look = look;
  }

  /** Called after each change that may make the thread needed. */
  public void wake() {
    if (running.get() || !running.compareAndSet(false, true)) {
      return;
    }
    var started = false;
    try {
      Background.repeat(name, this::round);
      started = true;
    } finally {
      if (!started) {
        // The system may have a free thread at the next call.
        running.set(false);
      }
    }
  }

  private boolean round() {
    LockSupport.parkNanos(this, period.toNanos());
    look.run();
    if (needed.getAsBoolean()) {
      return true;
    }
    running.set(false);
    return needed.getAsBoolean() && running.compareAndSet(false, true);
  }
}
