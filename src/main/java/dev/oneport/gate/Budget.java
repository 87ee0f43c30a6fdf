package dev.oneport.gate;

import io.github.bucket4j.Bucket;
import java.time.Duration;

/** A token bucket for one caller. */
final class Budget {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private Budget() {}

  /** Creates a full bucket. */
  static Bucket of(int atOnce, int perSecond) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(atOnce).refillGreedy(perSecond, SECOND))
        // The default is the wall clock: if it were set back, the bucket would not refill for
        // hours.
        .withNanosecondPrecision()
        .build();
  }
}
