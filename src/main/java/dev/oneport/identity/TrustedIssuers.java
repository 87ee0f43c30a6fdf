package dev.oneport.identity;

import dev.oneport.time.Clocks;
import io.helidon.security.Security;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The issuers that the running server trusts: the configured {@link Identity} and the keys fetched
 * since. When the configuration changes, unchanged issuers keep their keys, and tokens of all other
 * issuers are revoked at once.
 */
public final class TrustedIssuers {
  private final Security security = SignatureProvider.security();
  private final KeyClient client;
  private final Verifications verifications = new Verifications();
  private final TrustCounts counts = new TrustCounts();
  private final Clocks clocks;
  private final TrustedApiKeys apiKeys = new TrustedApiKeys();
  private final TrustedIntrospections introspections;
  private final TrustedAuthorities certificates;
  private final RevokedCredentials revoked;
  private final SeenLogouts seenLogouts = new SeenLogouts();
  private Map<String, IssuerCheck> checks = Map.of();
  private KeyTimes times = KeyTimes.DEFAULT;
  private List<IssuerCheck> others = List.of();

  public TrustedIssuers(Clocks clocks) {
    this(clocks, RevokedCredentials.NONE);
  }

  /** Trusts issuers, but no credential that was revoked. */
  public TrustedIssuers(Clocks clocks, RevokedCredentials revoked) {
    this(clocks, revoked, Optional.empty());
  }

  TrustedIssuers(Clocks clocks, Optional<SSLContext> tls) {
    this(clocks, RevokedCredentials.NONE, tls);
  }

  private TrustedIssuers(Clocks clocks, RevokedCredentials revoked, Optional<SSLContext> tls) {
    this.clocks = clocks;
    this.revoked = revoked;
    this.certificates = new TrustedAuthorities(revoked);
    this.client = new KeyClient(tls);
    this.introspections = new TrustedIntrospections(client, clocks);
  }

  /**
   * Trusts these issuers. Credentials of the previous issuers stay valid until {@link
   * #retireOthers()}, so that the caller can switch to the result first.
   */
  public TrustedCredentials replaceIssuers(Identity identity) {
    var after = new LinkedHashMap<String, IssuerCheck>();
    for (var issuer : identity.issuers(Issuer.class)) {
      var known = checks.get(issuer.name());
      if (known != null && known.issuer().equals(issuer) && identity.keyTimes().equals(times)) {
        after.put(issuer.name(), known);
      } else {
        var keys = new KeySet(issuer, identity.keyTimes(), client, counts, clocks.steady());
        after.put(
            issuer.name(), new IssuerCheck(issuer, keys, security, verifications, clocks.wall()));
      }
    }
    after.values().forEach(check -> check.keep(identity.foreign(check.issuer())));
    times = identity.keyTimes();
    others = checks.values().stream().filter(check -> !after.containsValue(check)).toList();
    checks = after;
    return new TrustedCredentials(
        new VerifiedTokens(
            new TokenVerifier(
                after.values(),
                apiKeys.replace(identity, clocks.wall()),
                introspections.replace(identity)),
            verifications,
            identity.cacheSize(),
            counts,
            revoked,
            clocks.wall()),
        certificates.replace(identity, clocks.wall()),
        revoked,
        new LogoutTokens(after.values(), verifications, seenLogouts, clocks.wall()));
  }

  /** The counts since the start, across configurations. */
  public TrustCounts counts() {
    return counts;
  }

  /** Revokes the credentials of issuers that were removed or changed. */
  public void retireOthers() {
    others.forEach(IssuerCheck::retire);
    apiKeys.retireOthers();
    introspections.retireOthers();
    others = List.of();
    certificates.retireOthers();
  }
}
