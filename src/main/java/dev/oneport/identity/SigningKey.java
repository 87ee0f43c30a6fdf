package dev.oneport.identity;

import jakarta.json.JsonObject;

/**
 * One public key of an issuer. A refresh keeps the object while the issuer publishes the same key,
 * so comparing references tells whether a key is still published.
 */
final class SigningKey {
  private final String id;
  private final JsonObject jwk;

  /** A key that passed {@link KeyFilter}. */
  SigningKey(JsonObject jwk) {
    this.id = jwk.getString("kid");
    this.jwk = jwk;
  }

  String id() {
    return id;
  }

  /** The algorithm that it signs with. */
  String algorithm() {
    return jwk.getString("alg");
  }

  JsonObject jwk() {
    return jwk;
  }
}
