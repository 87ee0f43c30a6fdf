package dev.oneport.identity;

import jakarta.json.JsonObject;

/**
 * One public key of an issuer. As long as the issuer publishes the same key, a refresh keeps the
 * same object, so whether a key is still good is a question of identity.
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

  /** The one algorithm that it signs with. */
  String algorithm() {
    return jwk.getString("alg");
  }

  JsonObject jwk() {
    return jwk;
  }
}
