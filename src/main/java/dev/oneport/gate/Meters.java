package dev.oneport.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.oneport.api.Caller;
import dev.oneport.policy.Quota;

/**
 * The meters of recent callers and of callers with open streams. A new meter starts full, so a
 * meter is evicted only after every budget has had time to refill.
 */
final class Meters {

  private static final long MOST = 200_000;

  private record Key(String issuer, String name) {}

  private final Cache<Key, Meter> recent;

  /** Open streams reference their meter, so it stays here while they are open. */
  private final Cache<Key, Meter> held = Caffeine.newBuilder().weakValues().build();

  Meters(Ticker ticker) {
    recent =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(Quota.REMEMBERED)
            .ticker(ticker)
            .build();
  }

  /** The caller's meter for this quota; streams opened before a change of the quota still count. */
  Meter of(Caller caller, Quota quota) {
    var key = new Key(caller.issuer(), caller.name());
    var known = recent.getIfPresent(key);
    return known != null && known.of(quota)
        ? known
        : recent.asMap().compute(key, (_, _) -> made(key, quota));
  }

  private Meter made(Key key, Quota quota) {
    return held.asMap()
        .compute(
            key,
            (_, now) -> {
              if (now == null) {
                return new Meter(quota);
              }
              return now.of(quota) ? now : new Meter(quota, now);
            });
  }
}
