package dev.oneport.identity;

import dev.oneport.api.Caller;
import dev.oneport.certificates.Authorities;
import dev.oneport.certificates.PathCheck;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Standing;
import dev.oneport.identity.Verification.Verified;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges certificates of one issuer. The same check is used until the configuration changes more of
 * it than its authorities.
 */
final class CertificateCheck {
  private volatile CertificateIssuer issuer;
  private volatile ForeignNames foreign = ForeignNames.NONE;
  private volatile boolean retired;

  CertificateCheck(CertificateIssuer issuer) {
    this.issuer = issuer;
  }

  CertificateIssuer issuer() {
    return issuer;
  }

  /** Takes over what has changed: the authorities at most. */
  void replace(CertificateIssuer now) {
    issuer = now;
  }

  /** Forbids these names to the issuer from now on. */
  void keep(ForeignNames names) {
    foreign = names;
  }

  /** Revokes everything that the issuer vouched for. */
  void retire() {
    retired = true;
  }

  Authorities authorities() {
    return issuer.authorities();
  }

  /** Judges a certificate that an authority of this issuer vouches for. */
  Verification check(X509Certificate certificate, PathCheck.Trusted path) {
    var names = issuer.source().names(certificate);
    var problem =
        issuer.source().problem(names).or(() -> spiffeProblem(certificate, names.getFirst()));
    if (problem.isPresent()) {
      return invalid(problem.get());
    }
    var caller = new Caller(issuer.callerPrefix() + names.getFirst(), issuer.name(), Set.of());
    if (foreign.hasAny(caller)) {
      return invalid("its caller has a name that only another issuer may give");
    }
    // A certificate is valid to the end of its last second (RFC 5280 section 4.1.2.5).
    var until = path.until().plusSeconds(1);
    return new Verified(
        caller,
        until,
        new Issued(caller, path.authority()),
        IssuerKind.CERTIFICATE,
        Optional.empty(),
        TokenIdentity.NONE);
  }

  private Optional<String> spiffeProblem(X509Certificate certificate, String name) {
    if (issuer.source() != CallerSource.URI) {
      return Optional.empty();
    }
    if (SpiffeId.isMeant(name)) {
      return SpiffeId.problem(certificate, name, issuer.trustDomain());
    }
    return issuer.trustDomain().map(_ -> "its URI is not the SPIFFE ID of a workload");
  }

  /** Whether a chain leads to this issuer. */
  PathCheck path(List<X509Certificate> chain, Instant now) {
    return PathCheck.of(chain, authorities(), now);
  }

  private Rejected invalid(String detail) {
    return Rejected.invalid(issuer.name() + ": " + detail);
  }

  /** Whether what the issuer vouched for still stands. */
  private final class Issued implements Standing {
    private final Caller caller;
    private final X509Certificate authority;

    Issued(Caller caller, X509Certificate authority) {
      this.caller = caller;
      this.authority = authority;
    }

    @Override
    public boolean good() {
      return !retired
          && authorities().certificates().contains(authority)
          && !foreign.hasAny(caller);
    }
  }
}
