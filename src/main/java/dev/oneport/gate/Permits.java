package dev.oneport.gate;

import dev.oneport.api.Route;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Counts open calls against the limit. */
final class Permits {
  /** One permit in this many is reserved for short calls; streams and sockets cannot use it. */
  private static final int RESERVE = 5;

  private final int maxCalls;
  private final int maxStreams;
  private final Predicate<Route> vital;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger vitalCalls = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();

  /**
   * Creates an empty count.
   *
   * @param maxCalls how many calls may be open at once, of all protocols together
   * @param vital routes with a separate limit of the same size, so that they are answered even at
   *     the limit
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

  /** Counts a call, unless it exceeds the limit. */
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

  /** Counts a call that stays open, unless it exceeds the limit. */
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
