package dev.oneport.gate;

import dev.oneport.policy.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one caller, role, claim's value or address has open, and its meter under each quota that has
 * counted it: a caller whose tokens bring different roles may come under several in turn.
 */
final class Tally {
  /** More quotas than these would come from changed configurations. */
  private static final int MOST = 64;

  private final MeterKey key;
  private final Allowances allowances;
  private final AtomicInteger streams = new AtomicInteger();
  private volatile List<Meter> meters = List.of();

  /** Nothing is open yet. */
  Tally(MeterKey key, Allowances allowances) {
    this.key = key;
    this.allowances = allowances;
  }

  /** The meter for this quota; streams opened before a change of the quota still count. */
  Meter meter(Quota quota) {
    var known = find(quota);
    return known == null ? add(quota) : known;
  }

  private @Nullable Meter find(Quota quota) {
    for (var meter : meters) {
      if (meter.of(quota)) {
        return meter;
      }
    }
    return null;
  }

  private synchronized Meter add(Quota quota) {
    var known = find(quota);
    if (known != null) {
      return known;
    }
    var added = new Meter(quota, this, key, allowances);
    var all = new ArrayList<>(meters);
    if (all.size() == MOST) {
      all.removeFirst();
    }
    all.add(added);
    meters = List.copyOf(all);
    return added;
  }

  /** Counts one more open stream, unless there are that many. */
  boolean open(int most) {
    if (streams.incrementAndGet() <= most) {
      return true;
    }
    streams.decrementAndGet();
    return false;
  }

  void close() {
    streams.decrementAndGet();
  }

  /** In how many nanoseconds nothing is counted any more; the most while streams are open. */
  long owes() {
    long most = streams.get() > 0 ? Long.MAX_VALUE : 0;
    for (var meter : meters) {
      most = Math.max(most, meter.owes());
    }
    return most;
  }
}
