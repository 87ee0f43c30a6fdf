package dev.oneport.identity;

import dev.oneport.certificates.Authorities;
import dev.oneport.certificates.UnusableCertificate;
import dev.oneport.config.Section;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an issuer of clients' certificates, below {@code identity.issuers.NAME}:
 *
 * <pre>
 * kind: certificate
 * client-ca: /tls/clients.pem       # PEM: the authorities; read again when it changes
 * required: true                    # default: clients may also come without a certificate
 * caller-from: uri                  # the default; or dns, email, subject
 * trust-domain: prod.example        # the SPIFFE trust domain of the authorities; default: none
 * caller-prefix: "mesh:"
 * header: Client-Cert               # what trusted proxies say in it counts, instead of the handshake
 * </pre>
 */
final class CertificateIssuerFile {
  static final String CLIENT_CA = "client-ca";
  static final String HEADER = "header";
  static final String REQUIRED = "required";

  private static final String TRUST_DOMAIN = "trust-domain";
  private static final Authorities NONE = new Authorities(Set.of());

  private CertificateIssuerFile() {}

  /** Reads the section and closes it. */
  static CertificateIssuer read(String name, Section section, boolean several) {
    try (section) {
      if (several) {
        IssuerNames.requireCallerPrefix(name, section);
      }
      var source = section.choice("caller-from", CallerSource.URI);
      return new CertificateIssuer(
          name,
          authorities(section),
          section.flag(REQUIRED, false),
          source,
          trustDomain(section, source),
          IssuerNames.callerPrefix(section),
          header(section));
    }
  }

  private static Authorities authorities(Section section) {
    if (section.required(CLIENT_CA).isBlank()) {
      return NONE;
    }
    try {
      return section.file(CLIENT_CA).map(Authorities::read).orElse(NONE);
    } catch (UnusableCertificate e) {
      section.problem(CLIENT_CA, String.valueOf(e.getMessage()));
      return NONE;
    }
  }

  private static Optional<String> trustDomain(Section section, CallerSource source) {
    var domain = section.text(TRUST_DOMAIN);
    if (domain.isPresent() && !SpiffeId.isDomain(domain.get())) {
      section.problem(TRUST_DOMAIN, "must be the name of a trust domain, such as prod.example");
    }
    if (domain.isPresent() && source != CallerSource.URI) {
      section.problem(TRUST_DOMAIN, "needs caller-from: uri, where SPIFFE IDs are");
    }
    return domain;
  }

  private static Optional<String> header(Section section) {
    var header = section.text(HEADER).map(it -> it.toLowerCase(Locale.ROOT));
    if (header.isPresent() && !header.get().matches("[a-z0-9-]+")) {
      section.problem(HEADER, "must be the name of a header");
    }
    if (header.isPresent() && section.flag(REQUIRED, false)) {
      section.problem(
          REQUIRED, "is about handshakes: with header, the proxy must require certificates");
    }
    return header;
  }

  /**
   * Reports what cannot work where this server runs.
   *
   * @param section {@code identity}
   */
  static void check(
      List<CertificateIssuer> certificates,
      Section section,
      boolean tls,
      boolean proxies,
      Instant now) {
    for (var issuer : certificates) {
      var key = "issuers." + issuer.name() + ".";
      issuer.authorities().problem(now).ifPresent(it -> section.problem(key + CLIENT_CA, it));
      if (issuer.forwarded().isEmpty() && !tls) {
        section.problem(
            key + "kind",
            "needs server.tls, or the header in which trusted proxies forward certificates");
      }
      if (issuer.forwarded().isPresent() && !proxies) {
        section.problem(key + HEADER, "needs server.trusted-proxies: nobody else may send it");
      }
    }
    var headers = certificates.stream().flatMap(it -> it.forwarded().stream()).distinct().toList();
    if (headers.size() > 1) {
      section.problem("issuers", "must all have certificates forwarded in one header: " + headers);
    }
  }
}
