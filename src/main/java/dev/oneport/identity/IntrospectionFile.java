package dev.oneport.identity;

import dev.oneport.config.Literal;
import dev.oneport.config.NamedFile;
import dev.oneport.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * Reads an issuer of opaque tokens. Besides the keys that say how claims are read, which are those
 * of {@link IssuerFile}:
 *
 * <pre>
 * kind: introspection
 * endpoint: https://id.example/oauth2/introspect
 * client-id: oneport
 * client-secret-file: /run/secrets/introspection     # or client-secret: ${SECRET}
 * ca: /etc/corp/ca.pem                               # trusted for the endpoint; default: what the system trusts
 * </pre>
 */
final class IntrospectionFile {
  private static final List<String> MEANINGLESS = List.of("algorithms", "token-type", "token-file");
  private static final URI NOWHERE = URI.create("https://nowhere.invalid/");

  private final Section section;

  private IntrospectionFile(Section section) {
    this.section = section;
  }

  /**
   * Reads a section and closes it.
   *
   * @param several whether other issuers are configured
   * @param severalBringRoles whether other issuers bring roles
   */
  static IntrospectionIssuer read(
      String name, Section section, boolean several, boolean severalBringRoles) {
    try (section) {
      var file = new IntrospectionFile(section);
      var endpoint = file.endpoint();
      var secretFile = NamedFile.read(section, "client-secret-file");
      var secret = section.has("client-secret") ? section.required("client-secret") : "";
      if (secretFile.isPresent() == section.has("client-secret")
          && !section.hasProblem("client-secret-file")) {
        section.problem("client-secret-file", "is needed, or client-secret, and not both");
      }
      Literal.reportEnds(section, "client-secret", secret);
      var access = KeyAccess.read(section, false);
      access.check(section, endpoint);
      for (var key : MEANINGLESS) {
        if (section.has(key)) {
          section.problem(key, "means nothing for tokens that the issuer is asked about");
        }
      }
      return new IntrospectionIssuer(
          IssuerFile.answers(name, section, several, severalBringRoles),
          endpoint,
          access,
          file.clientId(),
          secret,
          secretFile);
    }
  }

  private String clientId() {
    var id = section.required("client-id");
    Literal.reportEnds(section, "client-id", id);
    return id;
  }

  private URI endpoint() {
    var text = section.required("endpoint");
    try {
      var uri = new URI(text);
      var scheme = String.valueOf(uri.getScheme());
      if (uri.getHost() == null || uri.getUserInfo() != null || !scheme.matches("https?")) {
        if (!text.isEmpty()) {
          section.problem("endpoint", "must be a URL with a host and without a user");
        }
        return NOWHERE;
      }
      if (scheme.equals("http") && !KeyAccess.isLoopback(uri.getHost())) {
        section.problem("endpoint", "would get tokens unencrypted: use an https URL");
      }
      return uri;
    } catch (URISyntaxException e) {
      section.problem("endpoint", "is not a URL");
      return NOWHERE;
    }
  }
}
