package dev.oneport.time;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock and a steady clock. An operator, NTP or a resumed virtual machine may set the
 * system's clock hours forward or back; durations must neither end early nor stall when that
 * happens.
 *
 * @param wall the time of day, for tokens and the dates of calls
 * @param steady runs evenly from when it was made, for everything that is due after a duration
 */
public record Clocks(Clock wall, InstantSource steady) {
  /** The system's clocks. */
  public static Clocks system() {
    return new Clocks(Clock.systemUTC(), steadySource());
  }

  /** Starts at the current time and then ignores the system's clock. */
  public static InstantSource steadySource() {
    var start = Instant.now();
    var origin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - origin);
  }
}
