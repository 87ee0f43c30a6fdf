package dev.oneport.identity;

import dev.oneport.config.Section;
import java.util.List;

/** What an issuer's credentials are; each kind has its own keys in the configuration. */
public enum IssuerKind {
  /** Signed tokens (JWT). */
  TOKEN,
  /** API keys. */
  API_KEYS,
  /** Opaque tokens, about which their issuer is asked (RFC 7662). */
  INTROSPECTION,
  /** Clients' certificates (X.509). */
  CERTIFICATE;

  private static final String KEY = "kind";

  /** The kind of the issuer that a section describes. */
  static IssuerKind of(Section section) {
    return section.choice(KEY, TOKEN);
  }

  /**
   * Reads the issuers that a section describes, and closes it.
   *
   * @param several whether other issuers are configured, so that names of callers can clash
   * @param severalBringRoles whether other issuers bring roles, so that names of roles can clash
   */
  List<? extends NamedIssuer> read(
      String name, Section section, boolean several, boolean severalBringRoles) {
    return switch (this) {
      case TOKEN -> IssuerFile.read(name, section, several, severalBringRoles);
      case INTROSPECTION ->
          List.of(IntrospectionFile.read(name, section, several, severalBringRoles));
      case API_KEYS -> List.of(ApiKeyIssuerFile.read(name, section, several));
      case CERTIFICATE -> List.of(CertificateIssuerFile.read(name, section, several));
    };
  }
}
