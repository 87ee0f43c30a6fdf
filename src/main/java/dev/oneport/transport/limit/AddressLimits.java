package dev.oneport.transport.limit;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each client address does, against {@link PerAddress}. The memory for it is fixed; see
 * {@link AddressMeters}. Addresses with open connections are always remembered: there are no more
 * of them than connections.
 */
public final class AddressLimits {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** The meters of the limits that are set. */
  private record Meters(
      PerAddress limits, @Nullable AddressMeters calls, @Nullable AddressMeters failedTokens) {}

  private final InstantSource steady;
  private final ConcurrentHashMap<Long, Integer> connections = new ConcurrentHashMap<>();
  private final LongAdder refusedConnections = new LongAdder();
  private volatile Meters meters;

  /**
   * @param steady runs evenly
   */
  public AddressLimits(PerAddress limits, InstantSource steady) {
    this.steady = steady;
    this.meters = new Meters(limits, calls(limits, steady), failedTokens(limits, steady));
  }

  /** Applies these limits from now on; what counted against a limit that stays is not forgotten. */
  public void replace(PerAddress limits) {
    var before = meters;
    boolean sameCalls =
        limits.callsPerSecond() == before.limits().callsPerSecond()
            && limits.burst() == before.limits().burst();
    boolean sameTokens = limits.failedTokensPerMinute() == before.limits().failedTokensPerMinute();
    meters =
        new Meters(
            limits,
            sameCalls ? before.calls() : calls(limits, steady),
            sameTokens ? before.failedTokens() : failedTokens(limits, steady));
  }

  private static @Nullable AddressMeters calls(PerAddress limits, InstantSource steady) {
    return limits.callsPerSecond() == 0
        ? null
        : new AddressMeters(Math.max(1, limits.burst()), limits.callsPerSecond(), SECOND, steady);
  }

  private static @Nullable AddressMeters failedTokens(PerAddress limits, InstantSource steady) {
    int most = limits.failedTokensPerMinute();
    return most == 0 ? null : new AddressMeters(most, most, MINUTE, steady);
  }

  /** Counts one call; the time to wait if it exceeds the limit. */
  public Optional<Duration> call(@Nullable InetAddress address) {
    var calls = meters.calls();
    return calls == null ? Optional.empty() : positive(calls.tryTake(AddressKey.of(address)));
  }

  /** How long no token of this address may be checked, because too many were invalid. */
  public Optional<Duration> tokenWait(@Nullable InetAddress address) {
    var tokens = meters.failedTokens();
    return tokens == null ? Optional.empty() : positive(tokens.toWait(AddressKey.of(address)));
  }

  /** Counts a token that was checked and found invalid. */
  public void tokenFailed(@Nullable InetAddress address) {
    var tokens = meters.failedTokens();
    if (tokens != null) {
      tokens.take(AddressKey.of(address));
    }
  }

  private static Optional<Duration> positive(long nanos) {
    return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  /** How many connections were refused. */
  public long refusedConnections() {
    return refusedConnections.sum();
  }

  /** Whether connections are limited now. */
  boolean limitsConnections() {
    return meters.limits().connections() > 0;
  }

  /** Counts one more open connection; false if that is too many. */
  boolean tryConnect(@Nullable InetAddress address) {
    int most = meters.limits().connections();
    int open = connections.merge(AddressKey.of(address), 1, Integer::sum);
    if (most == 0 || open <= most) {
      return true;
    }
    disconnect(address);
    refusedConnections.increment();
    return false;
  }

  /** Counts one open connection less. */
  void disconnect(@Nullable InetAddress address) {
    connections.computeIfPresent(AddressKey.of(address), (_, open) -> open == 1 ? null : open - 1);
  }

  /** How many addresses have open connections that count. */
  int connected() {
    return connections.size();
  }
}
