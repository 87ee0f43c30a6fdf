package dev.oneport.identity;

import io.helidon.security.Security;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Whom the running server trusts: what {@link Identity} says, with the keys that were fetched
 * since. When the configuration changes, issuers that stay as they were keep their keys, and all
 * others' tokens are void at once.
 */
public final class Trust {
  private final Security security = SignatureProvider.security();
  private final KeyClient client;
  private final Clock clock;
  private volatile Map<String, IssuerCheck> checks = Map.of();

  public Trust(Clock clock) {
    this(clock, Optional.empty());
  }

  Trust(Clock clock, Optional<SSLContext> tls) {
    this.clock = clock;
    this.client = new KeyClient(tls);
  }

  /** Trusts these issuers from now on, and no others. */
  public VerifiedTokens adopt(Identity identity) {
    var before = checks;
    var after = new LinkedHashMap<String, IssuerCheck>();
    var kept = new ArrayList<IssuerCheck>();
    for (var issuer : identity.issuers()) {
      var known = before.get(issuer.name());
      if (known != null && known.issuer().equals(issuer)) {
        kept.add(known);
        after.put(issuer.name(), known);
      } else {
        var keys = new KeySet(issuer, identity.keyTimes(), client, clock);
        after.put(issuer.name(), new IssuerCheck(issuer, keys, security, clock));
      }
    }
    checks = after;
    before.values().stream().filter(check -> !kept.contains(check)).forEach(IssuerCheck::retire);
    return new VerifiedTokens(new TokenVerifier(after.values()), identity.cacheSize(), clock);
  }
}
