package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers when tokens first named keys that an issuer does not have. Senders choose these names,
 * so only a few are kept, as digests; an evicted name counts as new.
 */
final class MissingKeys {
  private static final long MOST = 1000;

  private final Cache<TokenDigest, Instant> seen = Caffeine.newBuilder().maximumSize(MOST).build();

  /** When the name first appeared; now if it is new. */
  Instant firstSeen(String id, Instant now) {
    return seen.get(TokenDigest.of(id, Optional.empty()), _ -> now);
  }
}
