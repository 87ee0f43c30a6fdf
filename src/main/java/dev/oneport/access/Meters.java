package dev.oneport.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.identity.Caller;
import java.time.Duration;

/**
 * The meters of the callers that were seen lately. A meter that is forgotten and made again starts
 * full, so it is kept for longer than any budget takes to fill.
 */
final class Meters {
  private static final long MOST = 200_000;
  private static final Duration KEPT = Duration.ofMinutes(10);

  private record Key(String issuer, String name) {}

  private final Cache<Key, Meter> meters =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(KEPT).build();

  /** The caller's meter for this quota; a changed quota starts anew. */
  Meter of(Caller caller, Quota quota) {
    var key = new Key(caller.issuer(), caller.name());
    var known = meters.getIfPresent(key);
    return known != null && known.of(quota)
        ? known
        : meters
            .asMap()
            .compute(key, (_, now) -> now != null && now.of(quota) ? now : new Meter(quota));
  }
}
