package dev.oneport.identity;

import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of SPIFFE for the names of workloads and for their certificates (X.509-SVID). */
final class SpiffeId {
  private static final String SCHEME = "spiffe:";
  private static final int LONGEST = 2048;
  private static final int LONGEST_DOMAIN = 255;
  private static final int SIGN_CERTIFICATES = 5;
  private static final int SIGN_REVOCATIONS = 6;
  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]+");
  private static final Pattern ID =
      Pattern.compile("spiffe://([a-z0-9._-]+)((?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+)++)");

  private SpiffeId() {}

  /** Whether a text can be the name of a trust domain. */
  static boolean isDomain(String text) {
    return text.length() <= LONGEST_DOMAIN && DOMAIN.matcher(text).matches();
  }

  /** Whether a URI means to be a SPIFFE ID; schemes have no case. */
  static boolean isMeant(String uri) {
    return uri.toLowerCase(Locale.ROOT).startsWith(SCHEME);
  }

  /**
   * Why a certificate with this URI does not identify a workload of a trust domain.
   *
   * @param domain the trust domain that its authorities are of; empty if they are of none
   */
  static Optional<String> problem(X509Certificate certificate, String id, Optional<String> domain) {
    var parts = ID.matcher(id);
    if (id.length() > LONGEST || !parts.matches()) {
      return Optional.of("its URI is not the SPIFFE ID of a workload");
    }
    if (domain.isEmpty()) {
      return Optional.of("it has a SPIFFE ID, and no trust-domain is set");
    }
    if (!domain.get().equals(parts.group(1))) {
      return Optional.of("its SPIFFE ID is of another trust domain");
    }
    var usage = certificate.getKeyUsage();
    return usage == null || !usage[0] || usage[SIGN_CERTIFICATES] || usage[SIGN_REVOCATIONS]
        ? Optional.of("its key usage is not that of a SPIFFE workload")
        : Optional.empty();
  }
}
