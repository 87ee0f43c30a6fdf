package dev.oneport.time;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The two times. An operator, NTP or a virtual machine that wakes up may set the system's clock,
 * hours forward or back; what lasts a time must neither end nor stall with that.
 *
 * @param wall what time it is: what tokens are judged by, and calls are dated with
 * @param steady runs evenly from when it was made: for whatever is due, stale or over after a time
 */
public record Clocks(Clock wall, InstantSource steady) {
  /** The system's. */
  public static Clocks system() {
    return new Clocks(Clock.systemUTC(), steadySource());
  }

  /** Begins with the time that it is, and no longer looks at the system's clock. */
  public static InstantSource steadySource() {
    var start = Instant.now();
    var origin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - origin);
  }
}
