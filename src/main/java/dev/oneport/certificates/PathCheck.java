package dev.oneport.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Whether an authority issued a client's certificate, perhaps through others (RFC 5280, 6). */
public sealed interface PathCheck {
  /**
   * It did.
   *
   * @param authority the authority's own certificate
   * @param until when the first certificate between the two expires, either included
   */
  record Trusted(X509Certificate authority, Instant until) implements PathCheck {}

  /** It did, but the certificate or one above it has expired. */
  record Expired() implements PathCheck {}

  /** It did not, or the certificate is not a client's. */
  record Untrusted(String why) implements PathCheck {}

  /** More than any chain has. */
  int LONGEST = 10;

  /**
   * Checks a chain. Its order must be that of TLS: the client's own certificate, then the issuer of
   * each; so the cost grows with its length alone.
   */
  static PathCheck of(List<X509Certificate> chain, Authorities authorities, Instant now) {
    if (chain.isEmpty() || chain.size() > LONGEST) {
      return new Untrusted("its chain has " + chain.size() + " certificates");
    }
    try {
      return ClientPath.of(chain, authorities.certificates()).check(authorities, now);
    } catch (CertPathValidatorException e) {
      return refused(e);
    } catch (GeneralSecurityException | RuntimeException e) {
      return new Untrusted("it cannot be read");
    }
  }

  private static PathCheck refused(CertPathValidatorException e) {
    return switch (e.getReason()) {
      case BasicReason.EXPIRED -> new Expired();
      case BasicReason.NOT_YET_VALID -> new Untrusted("it is not valid yet");
      default -> new Untrusted("no authority here vouches for it");
    };
  }
}
