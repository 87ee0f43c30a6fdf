package dev.oneport.certificates;

import dev.oneport.certificates.UnusableCertificate.Part;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The certificates of authorities that issue certificates to clients. */
public record Authorities(Set<X509Certificate> certificates) {
  private static final int FIRST_WITH_EXTENSIONS = 3;

  public Authorities {
    certificates = Set.copyOf(certificates);
  }

  /**
   * Reads a file in PEM.
   *
   * @throws UnusableCertificate if it holds none, or one that is no authority's
   */
  public static Authorities read(String pem) {
    var file = pem.getBytes(StandardCharsets.UTF_8);
    var certificates = new LinkedHashSet<>(Pem.certificates(file, Part.CERTIFICATE));
    for (var each : certificates) {
      if (each.getVersion() >= FIRST_WITH_EXTENSIONS && each.getBasicConstraints() < 0) {
        throw new UnusableCertificate(
            Part.CERTIFICATE, "holds %s, which is not an authority".formatted(name(each)));
      }
    }
    return new Authorities(certificates);
  }

  /** What is wrong with them now: one has expired. */
  public Optional<String> problem(Instant now) {
    return certificates.stream()
        .filter(each -> now.isAfter(each.getNotAfter().toInstant()))
        .map(
            each -> "expired: %s ended on %s".formatted(name(each), each.getNotAfter().toInstant()))
        .sorted()
        .findFirst();
  }

  private static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
