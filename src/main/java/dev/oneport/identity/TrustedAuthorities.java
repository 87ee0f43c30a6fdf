package dev.oneport.identity;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The issuers of certificates that the running server trusts. Where only the authorities of one
 * change, certificates of those that stay are good all the while.
 */
final class TrustedAuthorities {
  private final RevokedCredentials revoked;
  private Map<String, CertificateCheck> checks = Map.of();
  private Map<CertificateCheck, CertificateIssuer> changed = Map.of();
  private List<CertificateCheck> others = List.of();

  TrustedAuthorities(RevokedCredentials revoked) {
    this.revoked = revoked;
  }

  /** Trusts these; the previous ones too until {@link #retireOthers}. */
  VerifiedCertificates replace(Identity identity, Clock clock) {
    var after = new LinkedHashMap<String, CertificateCheck>();
    var same = new LinkedHashMap<CertificateCheck, CertificateIssuer>();
    for (var issuer : identity.issuers(CertificateIssuer.class)) {
      var known = checks.get(issuer.name());
      if (known != null && known.issuer().isLike(issuer)) {
        same.put(known, issuer);
        after.put(issuer.name(), known);
      } else {
        after.put(issuer.name(), new CertificateCheck(issuer));
      }
    }
    after.values().forEach(check -> check.keep(identity.foreign(check.issuer())));
    others = checks.values().stream().filter(check -> !after.containsValue(check)).toList();
    changed = same;
    checks = after;
    return new VerifiedCertificates(after.values(), revoked, clock);
  }

  /** Revokes the certificates of authorities that were removed, and of issuers that changed. */
  void retireOthers() {
    changed.forEach(CertificateCheck::replace);
    changed = Map.of();
    others.forEach(CertificateCheck::retire);
    others = List.of();
  }
}
