package dev.oneport.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which of a certificate's names names the caller. */
enum CallerSource {
  /** The one URI, such as a SPIFFE ID. */
  URI("URI", 6),
  /** The one DNS name, in lower case. */
  DNS("DNS name", 2),
  /** The one e-mail address. */
  EMAIL("e-mail address", 1),
  /** The subject (RFC 4514). */
  SUBJECT("subject", -1);

  private final String text;
  private final int type;

  /**
   * @param type of the alternative name (RFC 5280 section 4.2.1.6)
   */
  CallerSource(String text, int type) {
    this.text = text;
    this.type = type;
  }

  /** All names of this kind in a certificate. */
  List<String> names(X509Certificate certificate) {
    if (this == SUBJECT) {
      var subject = certificate.getSubjectX500Principal().getName();
      return subject.isEmpty() ? List.of() : List.of(subject);
    }
    return alternativeNames(certificate).stream()
        .filter(name -> name.getFirst().equals(type))
        .map(name -> String.valueOf(name.get(1)))
        .map(name -> this == DNS ? name.toLowerCase(Locale.ROOT) : name)
        .toList();
  }

  /** Why a certificate's names of this kind name no caller. */
  Optional<String> problem(List<String> names) {
    if (names.isEmpty()) {
      return Optional.of("it has no " + text + ", which names the caller");
    }
    if (names.size() > 1) {
      return Optional.of("it has more than one " + text + ", which names the caller");
    }
    var name = names.getFirst();
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("its " + text + " names nobody");
    }
    return this == DNS && name.contains("*")
        ? Optional.of("its DNS name is a pattern, and names no caller")
        : Optional.empty();
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
