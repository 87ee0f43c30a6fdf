package dev.oneport.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.oneport.policy.Quota;

/**
 * The meters of recent callers and of callers with open streams. A new meter starts full, so a
 * meter is evicted only after every budget has had time to refill; of values that clients may
 * invent, those that owe least make room: see {@link TallyTable}.
 */
final class Meters {
  private static final long MOST = 200_000;

  private final Allowances allowances;
  private final Cache<MeterKey, Tally> recent;
  private final TallyTable invented = new TallyTable();

  /** Open streams reference their meter and its tally, so it stays here while they are open. */
  private final Cache<MeterKey, Tally> held = Caffeine.newBuilder().weakValues().build();

  Meters(Ticker ticker, Allowances allowances) {
    this.allowances = allowances;
    recent =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(Quota.REMEMBERED)
            .ticker(ticker)
            .build();
  }

  /** The meter of all calls with this key, under this quota. */
  Meter of(MeterKey key, Quota quota) {
    return tally(key).meter(quota);
  }

  private Tally tally(MeterKey key) {
    if (key.by().isUnbounded()) {
      return invented.get(key, this::held);
    }
    var known = recent.getIfPresent(key);
    return known == null ? recent.get(key, this::held) : known;
  }

  private Tally held(MeterKey key) {
    return held.get(key, it -> new Tally(it, allowances));
  }
}
