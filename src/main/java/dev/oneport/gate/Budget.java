package dev.oneport.gate;

import io.github.bucket4j.Bucket;
import java.time.Duration;

/** What may be done so often. */
final class Budget {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private Budget() {}

  /** A full one. */
  static Bucket of(int atOnce, int perSecond) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(atOnce).refillGreedy(perSecond, SECOND))
        // By default it goes by the system's clock, and set back it would not refill for hours.
        .withNanosecondPrecision()
        .build();
  }
}
