package dev.oneport.transport.tls;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts handshakes, and logs failed ones. The log has at most one line per {@link #QUIET} for each
 * kind of failure, so that a flood of one kind neither fills it nor hides the other kinds.
 */
final class Handshakes {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  static final Duration QUIET = Duration.ofSeconds(10);

  /** The longest text of a cause; some are written by the client. */
  private static final int LONGEST = 200;

  private final LongAdder completed = new LongAdder();
  private final Map<HandshakeFailure, Kind> kinds = new EnumMap<>(HandshakeFailure.class);

  /** The failures of one kind. */
  private static final class Kind {
    private final LongAdder failed = new LongAdder();
    private final LongAdder unlogged = new LongAdder();
    private final AtomicLong quietUntil = new AtomicLong(Long.MIN_VALUE);

    /** Whether it is time for a line; true for one caller only. */
    boolean due(long now) {
      var until = quietUntil.get();
      return now >= until && quietUntil.compareAndSet(until, now + QUIET.toNanos());
    }
  }

  Handshakes() {
    for (var failure : HandshakeFailure.values()) {
      kinds.put(failure, new Kind());
    }
  }

  void completed() {
    completed.increment();
  }

  long allCompleted() {
    return completed.sum();
  }

  long allFailed() {
    return kinds.values().stream().mapToLong(kind -> kind.failed.sum()).sum();
  }

  /** How many failed, by the label of their kind. */
  Map<String, Long> failures() {
    var counts = new LinkedHashMap<String, Long>();
    kinds.forEach((failure, kind) -> counts.put(failure.label(), kind.failed.sum()));
    return counts;
  }

  /**
   * Counts a failure.
   *
   * @param client the client's address, as a PROXY header names it
   * @param now a tick in nanoseconds
   */
  void failed(HandshakeFailure failure, @Nullable SocketAddress client, String cause, long now) {
    var kind = Objects.requireNonNull(kinds.get(failure));
    kind.failed.increment();
    if (!failure.logged()) {
      return;
    }
    if (!kind.due(now)) {
      kind.unlogged.increment();
      return;
    }
    LOG.log(
        Level.INFO,
        "the TLS handshake with {0} failed, {1}: {2}{3}",
        name(client),
        failure.label(),
        cause.length() > LONGEST ? cause.substring(0, LONGEST) : cause,
        others(kind.unlogged.sumThenReset()));
  }

  private static String others(long count) {
    return count == 0 ? "" : "; " + count + " more of this kind since the last line";
  }

  private static String name(@Nullable SocketAddress client) {
    return client instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "an unknown client";
  }
}
