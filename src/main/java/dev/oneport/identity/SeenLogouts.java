package dev.oneport.identity;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The logout tokens that were accepted, while they are fresh enough to be accepted again. If there
 * are too many to remember, no more are accepted.
 */
final class SeenLogouts {
  static final String SEEN = "it was received before";

  private static final int MOST = 100_000;

  private record Id(String issuer, String tokenId) {}

  private final Map<Id, Instant> seen = new ConcurrentHashMap<>();
  private final int most;

  SeenLogouts() {
    this(MOST);
  }

  SeenLogouts(int most) {
    this.most = most;
  }

  boolean has(String issuer, String tokenId) {
    return seen.containsKey(new Id(issuer, tokenId));
  }

  /**
   * Remembers a token.
   *
   * @param until the time at which it stops being fresh
   * @return why it must not be accepted; empty if it may be, once
   */
  Optional<String> claim(String issuer, String tokenId, Instant until, Instant now) {
    if (seen.size() >= most) {
      seen.values().removeIf(now::isAfter);
    }
    if (seen.size() >= most) {
      return Optional.of("too many logout tokens arrived in the last minutes");
    }
    return seen.putIfAbsent(new Id(issuer, tokenId), until) == null
        ? Optional.empty()
        : Optional.of(SEEN);
  }

  /** Forgets a token that had no effect, so that its issuer may send it again. */
  void forget(String issuer, String tokenId) {
    seen.remove(new Id(issuer, tokenId));
  }
}
