package dev.oneport.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.oneport.api.Caller;
import java.time.Duration;

/**
 * The meters of the callers that were seen lately, and of those that have streams open. A meter
 * that is forgotten and made again starts full, so it is kept for as long as any budget may take to
 * fill.
 */
final class Meters {
  static final Duration KEPT = Duration.ofMinutes(10);

  private static final long MOST = 200_000;

  private record Key(String issuer, String name) {}

  private final Cache<Key, Meter> recent;

  /** Whoever has a stream open holds its meter: as long as that is so it is found here. */
  private final Cache<Key, Meter> held = Caffeine.newBuilder().weakValues().build();

  Meters(Ticker ticker) {
    recent = Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(KEPT).ticker(ticker).build();
  }

  /** The caller's meter for this quota; with a changed quota its streams count on. */
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
