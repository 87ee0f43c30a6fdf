package dev.oneport.identity;

import dev.oneport.api.Caller;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import java.time.Clock;
import java.util.Optional;

/** Checks the API keys of one issuer. */
final class ApiKeyCheck {
  private final ApiKeyIssuer issuer;
  private final TrustedApiKeys trusted;
  private final Clock clock;

  ApiKeyCheck(ApiKeyIssuer issuer, TrustedApiKeys trusted, Clock clock) {
    this.issuer = issuer;
    this.trusted = trusted;
    this.clock = clock;
  }

  ApiKeyIssuer issuer() {
    return issuer;
  }

  /**
   * Checks a text.
   *
   * @return empty if it is none of the issuer's keys
   */
  Optional<Verification> check(String text) {
    return ApiKey.isKey(text) ? find(ApiKey.digestOf(text)).map(this::check) : Optional.empty();
  }

  /** Compares with every key, so that the time does not tell which one it is. */
  private Optional<ApiKey> find(String digest) {
    var found = Optional.<ApiKey>empty();
    for (var key : issuer.keys()) {
      if (key.hasDigest(digest)) {
        found = Optional.of(key);
      }
    }
    return found;
  }

  private Verification check(ApiKey key) {
    if (!clock.instant().isBefore(key.until())) {
      return new Rejected(
          TokenProblem.EXPIRED, issuer.name() + ": the API key of " + key.name() + " expired");
    }
    return new Verified(
        new Caller(issuer.callerPrefix() + key.name(), issuer.name(), key.roles()),
        key.until(),
        () -> trusted.has(issuer, key));
  }
}
