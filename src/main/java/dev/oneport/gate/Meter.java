package dev.oneport.gate;

import dev.oneport.policy.Quota;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts one caller's calls, streams and messages against a {@link Quota}. */
final class Meter {
  /** For callers without a quota. */
  static final Meter UNBOUNDED = new Meter(new Quota(Set.of(), 0, 0, 0, 0));

  private final Quota quota;
  private final @Nullable Bucket calls;
  private final @Nullable Bucket messages;
  private final AtomicInteger streams;

  Meter(Quota quota) {
    this(quota, new AtomicInteger());
  }

  /** Replaces another meter of the same caller, whose streams are still open. */
  Meter(Quota quota, Meter before) {
    this(quota, before.streams);
  }

  private Meter(Quota quota, AtomicInteger streams) {
    this.quota = quota;
    this.streams = streams;
    this.calls = bucket(quota.callsPerSecond(), Math.max(1, quota.burst()));
    this.messages = bucket(quota.messagesPerSecond(), quota.messagesPerSecond());
  }

  boolean of(Quota other) {
    return quota.equals(other);
  }

  /** Counts one call; returns how long to wait if it exceeds the quota. */
  Optional<Duration> call() {
    return tryConsume(calls);
  }

  /** Counts one more open stream, unless it exceeds the quota. */
  boolean openStream() {
    if (quota.openStreams() == 0) {
      return true;
    }
    if (streams.incrementAndGet() <= quota.openStreams()) {
      return true;
    }
    streams.decrementAndGet();
    return false;
  }

  void closeStream() {
    if (quota.openStreams() > 0) {
      streams.decrementAndGet();
    }
  }

  /**
   * Counts one message on any of the caller's sockets; returns how long to wait if it exceeds the
   * quota.
   */
  Optional<Duration> message() {
    return tryConsume(messages);
  }

  private static Optional<Duration> tryConsume(@Nullable Bucket bucket) {
    if (bucket == null) {
      return Optional.empty();
    }
    if (bucket.tryConsume(1)) {
      return Optional.empty();
    }
    var wait = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
    return Optional.of(Duration.ofNanos(Math.max(1, wait)));
  }

  private static @Nullable Bucket bucket(int perSecond, int burst) {
    return perSecond == 0 ? null : Budget.of(burst, perSecond);
  }
}
