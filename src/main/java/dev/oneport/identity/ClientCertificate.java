package dev.oneport.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The certificate that a client has shown, whose key it holds; not whether anybody trusts it.
 *
 * @param chain the client's own, then the issuer of each; empty if it cannot be read
 * @param forwarded whether a trusted proxy says so; otherwise the client showed it here
 */
public record ClientCertificate(List<X509Certificate> chain, boolean forwarded) {
  public ClientCertificate {
    chain = List.copyOf(chain);
  }

  /** What the client showed in the handshake of its connection. */
  public static Optional<ClientCertificate> ofHandshake(Optional<Certificate[]> shown) {
    return shown
        .filter(chain -> chain.length > 0)
        .map(
            chain ->
                new ClientCertificate(
                    Arrays.stream(chain).map(X509Certificate.class::cast).toList(), false));
  }

  /** Its SHA-256 in base64url, as tokens name it (RFC 8705 section 3.1). */
  Optional<String> thumbprint() {
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(chain.getFirst().getEncoded());
      return Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }
}
