package dev.oneport.certificates;

import dev.oneport.certificates.PathCheck.Expired;
import dev.oneport.certificates.PathCheck.Trusted;
import dev.oneport.certificates.PathCheck.Untrusted;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a client shows, below the authority. */
record ClientPath(List<X509Certificate> below) {
  private static final String NAME_CONSTRAINTS = "2.5.29.30";
  private static final Set<String> CLIENT = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

  ClientPath {
    below = List.copyOf(below);
  }

  /** What a client sends may include the authority, and more. */
  static ClientPath of(List<X509Certificate> chain, Set<X509Certificate> authorities) {
    var below = new ArrayList<X509Certificate>();
    for (var each : chain) {
      if (authorities.contains(each)) {
        break;
      }
      below.add(each);
    }
    return new ClientPath(below);
  }

  PathCheck check(Authorities authorities, Instant now) throws GeneralSecurityException {
    if (below.isEmpty() || below.getFirst().getBasicConstraints() >= 0) {
      return new Untrusted("it is an authority's own");
    }
    var usage = below.getFirst().getKeyUsage();
    if (usage != null && !usage[0]) {
      return new Untrusted("its key may not be used for signatures");
    }
    if (!isForClients()) {
      return new Untrusted("it is not for TLS clients (extended key usage)");
    }
    var authority = authority(authorities, now);
    var all = new ArrayList<>(below);
    all.add(authority);
    var begin = all.stream().map(each -> each.getNotBefore().toInstant()).max(Instant::compareTo);
    var end = all.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo);
    if (now.isBefore(begin.orElseThrow())) {
      return new Untrusted("it is not valid yet");
    }
    return now.isAfter(end.orElseThrow())
        ? new Expired()
        : new Trusted(authority, end.orElseThrow());
  }

  private boolean isForClients() throws CertificateParsingException {
    for (var each : below) {
      var usages = each.getExtendedKeyUsage();
      if (usages != null && usages.stream().noneMatch(CLIENT::contains)) {
        return false;
      }
    }
    return true;
  }

  /** The JDK checks everything but times, which are ours to check by our clock. */
  private X509Certificate authority(Authorities authorities, Instant now)
      throws GeneralSecurityException {
    var leaf = below.getFirst();
    var path = CertificateFactory.getInstance("X.509").generateCertPath(below);
    var parameters = parameters(authorities);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(within(now, leaf)));
    var result = CertPathValidator.getInstance("PKIX").validate(path, parameters);
    return ((PKIXCertPathValidatorResult) result).getTrustAnchor().getTrustedCert();
  }

  private static PKIXParameters parameters(Authorities authorities)
      throws InvalidAlgorithmParameterException {
    return new PKIXParameters(
        authorities.certificates().stream()
            .map(each -> new TrustAnchor(each, constraints(each)))
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Instant within(Instant now, X509Certificate leaf) {
    var begin = leaf.getNotBefore().toInstant();
    var end = leaf.getNotAfter().toInstant();
    return now.isBefore(begin) ? begin : now.isAfter(end) ? end : now;
  }

  /** The names that an authority may give to clients, as it says itself. */
  private static byte @Nullable [] constraints(X509Certificate authority) {
    var wrapped = authority.getExtensionValue(NAME_CONSTRAINTS);
    return wrapped == null ? null : Der.content(ByteBuffer.wrap(wrapped), Der.OCTETS);
  }
}
