package dev.oneport.identity;

import dev.oneport.certificates.Authorities;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Authorities whose certificates name callers.
 *
 * @param name the operator's name for the issuer
 * @param required whether each connection must show a certificate
 * @param trustDomain the SPIFFE trust domain that the authorities are of
 * @param forwarded the header of trusted proxies that carries the certificates; empty if clients
 *     show them in the handshake
 */
record CertificateIssuer(
    String name,
    Authorities authorities,
    boolean required,
    CallerSource source,
    Optional<String> trustDomain,
    String callerPrefix,
    Optional<String> forwarded)
    implements NamedIssuer {
  @Override
  public CallerShape callerShape() {
    return switch (source) {
      case URI ->
          trustDomain
              .map(
                  it ->
                      CallerShape.of(
                          "spiffe://" + Pattern.quote(it) + "/.+", "spiffe://" + it + "/PATH"))
              .orElse(
                  CallerShape.of(
                      "(?!(?i:spiffe:))[A-Za-z][A-Za-z0-9+.-]*:.+", "https://app.example"));
      case DNS -> CallerShape.of("[^A-Z*@:/\\s]+", "app.example");
      case EMAIL -> CallerShape.EMAIL;
      case SUBJECT -> CallerShape.of("[^=]+=.+", "CN=alice,O=Example");
    };
  }

  @Override
  public String place() {
    return CredentialPlaces.CERTIFICATE;
  }

  /** Certificates have no claims. */
  @Override
  public List<ClaimPath> claims() {
    return List.of();
  }

  @Override
  public String rolesPrefix() {
    return "";
  }

  @Override
  public boolean bringsRoles() {
    return false;
  }

  /** Whether it differs from another in its authorities at most. */
  boolean isLike(CertificateIssuer other) {
    return equals(
        new CertificateIssuer(
            other.name,
            authorities,
            required,
            other.source,
            other.trustDomain,
            other.callerPrefix,
            other.forwarded));
  }
}
