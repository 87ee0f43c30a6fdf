package dev.oneport.gate;

import dev.oneport.api.Route;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** How many calls are open at once, and how many may be. */
final class Permits {
  /** One part of so many is kept for calls that end soon: streams and sockets leave it to them. */
  private static final int RESERVE = 5;

  private final int maxCalls;
  private final int maxStreams;
  private final Predicate<Route> vital;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger vitalCalls = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();

  /**
   * No calls yet.
   *
   * @param maxCalls how many calls may be open at once, of all protocols together
   * @param vital the routes that have as many calls of their own, so that they are always answered
   */
  Permits(int maxCalls, Predicate<Route> vital) {
    this.maxCalls = maxCalls;
    this.maxStreams = maxCalls - maxCalls / RESERVE;
    this.vital = vital;
  }

  /** How many calls are open. */
  int calls() {
    return calls.get() + vitalCalls.get();
  }

  /** Counts a call, unless it is one too many. */
  boolean tryAcquire(Route route) {
    if (counter(route).incrementAndGet() <= maxCalls) {
      return true;
    }
    release(route);
    return false;
  }

  void release(Route route) {
    counter(route).decrementAndGet();
  }

  /** Counts a call that stays open, unless it is one too many. */
  boolean tryAcquireStream(Meter meter) {
    if (streams.incrementAndGet() <= maxStreams && meter.openStream()) {
      return true;
    }
    streams.decrementAndGet();
    return false;
  }

  void releaseStream(Meter meter) {
    streams.decrementAndGet();
    meter.closeStream();
  }

  private AtomicInteger counter(Route route) {
    return vital.test(route) ? vitalCalls : calls;
  }
}
