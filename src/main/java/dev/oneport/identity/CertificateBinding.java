package dev.oneport.identity;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.Optional;
import java.util.Set;

/**
 * Reads whose alone a token is: with {@code cnf}, only that of the client that holds a certain key
 * (RFC 7800), here the key of a certificate (RFC 8705 section 3.1).
 */
final class CertificateBinding {
  private static final String CLAIM = "cnf";
  private static final String METHOD = "x5t#S256";
  private static final String SHA_256 = "[A-Za-z0-9_-]{43}";

  private CertificateBinding() {}

  /** Why nobody could prove that a token is theirs; other ways to prove it are not supported. */
  static Optional<String> problem(Token token) {
    if (!token.has(CLAIM)) {
      return Optional.empty();
    }
    if (!(token.claims().get(CLAIM) instanceof JsonObject methods)) {
      return Optional.of("its claim cnf is not an object");
    }
    if (!methods.keySet().equals(Set.of(METHOD))) {
      return Optional.of("it is bound to a key (cnf) in a way that is not supported");
    }
    return thumbprint(token).isPresent()
        ? Optional.empty()
        : Optional.of("its claim cnf has no SHA-256 of a certificate");
  }

  /** The certificate that a valid token is bound to; empty if to none. */
  static Optional<String> thumbprint(Token token) {
    return token.claims().get(CLAIM) instanceof JsonObject methods
            && methods.get(METHOD) instanceof JsonString text
        ? Optional.of(text.getString()).filter(it -> it.matches(SHA_256))
        : Optional.empty();
  }

  /** Why a verified token is not this client's. */
  static Optional<String> problem(
      Verification.Verified verified, Optional<ClientCertificate> shown) {
    if (verified.boundTo().isEmpty()
        || verified.boundTo().equals(shown.flatMap(ClientCertificate::thumbprint))) {
      return Optional.empty();
    }
    return Optional.of(
        verified.caller().issuer()
            + ": it is bound to a client certificate, and the client shows "
            + (shown.isEmpty() ? "none" : "another"));
  }
}
