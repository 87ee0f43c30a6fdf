package dev.oneport.certificates;

import dev.oneport.certificates.UnusableCertificate.Part;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * A certificate that a server shows, its issuers, and its key. They fit each other: there is no
 * other way to have one.
 *
 * @param chain the server's own certificate, then the issuer of each
 */
public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "does the key fit?".getBytes(StandardCharsets.US_ASCII);

  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads a certificate with its issuers, and its key, from PEM.
   *
   * @throws UnusableCertificate if they cannot be used now
   */
  public static ServerCertificate read(byte[] certificate, byte[] key, Instant now) {
    var chain = Pem.certificates(certificate, Part.CERTIFICATE);
    var secret = KeyPem.read(key);
    checkFit(chain, secret);
    checkOrder(chain);
    for (var each : chain) {
      checkTime(each, now);
    }
    return new ServerCertificate(chain, secret);
  }

  /** When the first certificate of the chain expires. */
  public Instant expiry() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** The server's own certificate as PEM, for clients that are to trust it. */
  public String pem() {
    return Pem.of(chain.getFirst());
  }

  /** What to call it in the log. */
  public String name() {
    return name(chain.getFirst());
  }

  private static void checkFit(List<X509Certificate> chain, PrivateKey key) {
    if (fits(chain.getFirst().getPublicKey(), key)) {
      return;
    }
    if (chain.stream().anyMatch(each -> fits(each.getPublicKey(), key))) {
      throw wrong("has its certificates in the wrong order: the server's own must come first");
    }
    throw wrong("does not fit the key: that is the key of another certificate");
  }

  static boolean fits(PublicKey open, PrivateKey secret) {
    var algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> secret.getAlgorithm();
        };
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(PROBE);
      var signature = signing.sign();
      var verifying = Signature.getInstance(algorithm);
      verifying.initVerify(open);
      verifying.update(PROBE);
      return verifying.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static void checkOrder(List<X509Certificate> chain) {
    for (var i = 1; i < chain.size(); i++) {
      if (!issued(chain.get(i), chain.get(i - 1))) {
        throw wrong(
            "has its certificates in the wrong order: %s did not issue %s; each must be followed by its issuer"
                .formatted(name(chain.get(i)), name(chain.get(i - 1))));
      }
    }
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    try {
      certificate.verify(issuer.getPublicKey());
      return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static void checkTime(X509Certificate certificate, Instant now) {
    var begins = certificate.getNotBefore().toInstant();
    var ends = certificate.getNotAfter().toInstant();
    if (now.isBefore(begins)) {
      throw wrong("is not valid yet: %s begins on %s".formatted(name(certificate), begins));
    }
    if (now.isAfter(ends)) {
      throw wrong("expired: %s ended on %s".formatted(name(certificate), ends));
    }
  }

  private static String name(X509Certificate certificate) {
    var subject = certificate.getSubjectX500Principal().getName();
    return subject.isEmpty() ? "the certificate" : subject;
  }

  private static UnusableCertificate wrong(String message) {
    return new UnusableCertificate(Part.CERTIFICATE, message);
  }
}
