package dev.oneport.identity;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An issuer of opaque tokens, which says itself what each of them is (RFC 7662).
 *
 * @param rules how its answers are read, as if they were the claims of tokens
 * @param clientId this server's name there
 * @param secretFile the file with this server's secret, read again for each question; empty if the
 *     secret is in the configuration
 */
record IntrospectionIssuer(
    Issuer rules,
    URI endpoint,
    KeyAccess access,
    String clientId,
    String secret,
    Optional<Path> secretFile)
    implements NamedIssuer {
  @Override
  public String name() {
    return rules.name();
  }

  @Override
  public String callerPrefix() {
    return rules.callerPrefix();
  }

  @Override
  public CallerShape callerShape() {
    return rules.callerShape();
  }

  @Override
  public boolean namesByAddress() {
    return rules.namesByAddress();
  }

  @Override
  public String place() {
    return rules.place();
  }

  @Override
  public String rolesPrefix() {
    return rules.rolesPrefix();
  }

  @Override
  public boolean bringsRoles() {
    return rules.bringsRoles();
  }

  @Override
  public List<ClaimPath> claims() {
    return rules.claims();
  }

  @Override
  public boolean mayBring(String role) {
    return rules.mayBring(role);
  }

  /** The header that carries its tokens, in lower case; empty for {@code Authorization}. */
  Optional<String> header() {
    return rules.header();
  }

  /** What to send as {@code Authorization} (RFC 6749 section 2.3.1). */
  String authorization() throws IOException {
    var password =
        secretFile.isPresent()
            ? new String(KeyAccess.bytes(secretFile.get()), StandardCharsets.UTF_8).strip()
            : secret;
    var pair = encoded(clientId) + ":" + encoded(password);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "IntrospectionIssuer[" + name() + "]";
  }
}
