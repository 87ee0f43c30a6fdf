package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The API keys that the running server trusts. When the configuration changes, each key that is
 * still there stands, and all others are revoked at once.
 */
final class TrustedApiKeys {
  private volatile Map<String, ApiKeyIssuer> next = Map.of();
  private volatile Map<String, ApiKeyIssuer> now = Map.of();

  /** The checks of what is configured; keys of before stay good until {@link #retireOthers()}. */
  List<ApiKeyCheck> replace(Identity identity, Clock clock) {
    var issuers = identity.issuers(ApiKeyIssuer.class);
    next = issuers.stream().collect(Collectors.toMap(ApiKeyIssuer::name, Function.identity()));
    return issuers.stream().map(issuer -> new ApiKeyCheck(issuer, this, clock)).toList();
  }

  void retireOthers() {
    now = next;
  }

  /** Whether a key of an issuer is still trusted. */
  boolean has(ApiKeyIssuer issuer, ApiKey key) {
    return Stream.of(now, next)
        .anyMatch(
            issuers -> {
              var current = issuers.get(issuer.name());
              return current != null && current.stillHas(key, issuer);
            });
  }

  /**
   * Checks a credential that may be a key.
   *
   * @param header the header that carried it; empty for {@code Authorization}
   * @return empty if it is none that issuers of keys judge
   */
  static Optional<Verification> check(
      List<ApiKeyCheck> checks, String text, Optional<String> header) {
    var here = checks.stream().filter(check -> check.issuer().header().equals(header)).toList();
    if (here.isEmpty() || !text.startsWith(ApiKey.PREFIX)) {
      return Optional.empty();
    }
    return here.stream()
        .flatMap(check -> check.check(text).stream())
        .findFirst()
        .or(() -> Optional.of(Rejected.invalid("there is no such API key")));
  }
}
