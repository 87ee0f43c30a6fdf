package dev.oneport.testing;

import dev.oneport.time.Clocks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when told to. */
public final class ManualClock extends Clock {
  private final AtomicReference<Instant> now;
  private final AtomicReference<Instant> steady;

  public ManualClock(Instant start) {
    this.now = new AtomicReference<>(start);
    this.steady = new AtomicReference<>(start);
  }

  /** Lets time pass. */
  public void advance(Duration time) {
    now.updateAndGet(it -> it.plus(time));
    steady.updateAndGet(it -> it.plus(time));
  }

  /** Sets the clock forward, or back by a negative time, without letting time pass. */
  public void jump(Duration time) {
    now.updateAndGet(it -> it.plus(time));
  }

  public Clocks clocks() {
    return new Clocks(this, steady::get);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
