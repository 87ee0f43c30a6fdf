package dev.oneport.gate;

import dev.oneport.fleet.SharedStreams;
import dev.oneport.policy.Quota;
import java.time.Duration;
import java.util.Optional;

/** Counts calls, streams, messages and bytes against a {@link Quota}. */
final class Meter {
  /** For calls without a quota. */
  static final Meter UNBOUNDED =
      new Meter(
          Quota.NONE, new Tally(MeterKey.NONE, Allowances.HERE), MeterKey.NONE, Allowances.HERE);

  private final Quota quota;
  private final Tally tally;
  private final Optional<SharedStreams> ofFleet;
  private final Allowance calls;
  private final Allowance messages;
  private final Allowance bytes;

  /** A meter that shares its open streams with the others of the same tally. */
  Meter(Quota quota, Tally tally, MeterKey key, Allowances allowances) {
    this.quota = quota;
    this.tally = tally;
    this.ofFleet = allowances.streams(quota, key);
    this.calls =
        allowances.of(quota, key, "calls", quota.callsPerSecond(), Math.max(1, quota.burst()));
    int messagesAtOnce = quota.messagesPerSecond();
    this.messages = allowances.of(quota, key, "messages", messagesAtOnce, messagesAtOnce);
    int bytesAtOnce = quota.bytesPerSecond();
    this.bytes = allowances.of(quota, key, "bytes", bytesAtOnce, bytesAtOnce);
  }

  boolean of(Quota other) {
    return quota.equals(other);
  }

  /** Counts one call; returns how long to wait if it exceeds the quota. */
  Optional<Duration> call() {
    return toWait(calls.tryTake());
  }

  /** Counts one more open stream, unless it exceeds the quota; may wait for the fleet. */
  boolean openStream() {
    if (quota.openStreams() == 0) {
      return true;
    }
    if (ofFleet.isEmpty()) {
      return tally.open(quota.openStreams());
    }
    return ofFleet.get().open(quota.openStreams()) && tally.open(Integer.MAX_VALUE);
  }

  void closeStream() {
    if (quota.openStreams() > 0) {
      tally.close();
      ofFleet.ifPresent(SharedStreams::close);
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
