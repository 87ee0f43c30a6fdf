package dev.oneport.gate;

import dev.oneport.policy.Quota;
import java.time.Duration;
import java.util.Optional;

/** Counts calls, streams, messages and bytes against a {@link Quota}. */
final class Meter {
  /** For calls without a quota. */
  static final Meter UNBOUNDED = new Meter(Quota.NONE, new Tally());

  private final Quota quota;
  private final Tally tally;
  private final Allowance calls;
  private final Allowance messages;
  private final Allowance bytes;

  /** A meter that shares its open streams with the others of the same tally. */
  Meter(Quota quota, Tally tally) {
    this.quota = quota;
    this.tally = tally;
    this.calls = Allowance.here(quota.callsPerSecond(), Math.max(1, quota.burst()));
    this.messages = Allowance.here(quota.messagesPerSecond(), quota.messagesPerSecond());
    this.bytes = Allowance.here(quota.bytesPerSecond(), quota.bytesPerSecond());
  }

  boolean of(Quota other) {
    return quota.equals(other);
  }

  /** Counts one call; returns how long to wait if it exceeds the quota. */
  Optional<Duration> call() {
    return toWait(calls.tryTake());
  }

  /** Counts one more open stream, unless it exceeds the quota. */
  boolean openStream() {
    return quota.openStreams() == 0 || tally.open(quota.openStreams());
  }

  void closeStream() {
    if (quota.openStreams() > 0) {
      tally.close();
    }
  }

  /**
   * Counts one message on any stream or socket; returns how long to wait if it exceeds the quota.
   */
  Optional<Duration> message() {
    return toWait(messages.tryTake());
  }

  /** Whether received bytes are counted. */
  boolean countsBytes() {
    return quota.bytesPerSecond() > 0;
  }

  /** Counts received bytes; returns for how many nanoseconds nothing more should be read. */
  long bytes(long count) {
    return count == 0 ? 0 : bytes.take(count);
  }

  /** In how many nanoseconds all that was spent has come back. */
  long owes() {
    return Math.max(calls.owes(), Math.max(messages.owes(), bytes.owes()));
  }

  private static Optional<Duration> toWait(long nanos) {
    return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }
}
