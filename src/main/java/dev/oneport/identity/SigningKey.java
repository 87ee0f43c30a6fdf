package dev.oneport.identity;

import jakarta.json.JsonObject;

/**
 * One public key of an issuer. A refresh keeps the object while the issuer publishes the same key,
 * so comparing references tells whether a key is still published.
 */
final class SigningKey {
  /**
   * The prefix of the id that is made up for a key without one, because Helidon's key set needs
   * ids.
   */
  private static final String WITHOUT_ID = "without id: ";

  private final String id;
  private final JsonObject jwk;

  /** A key that passed {@link KeyFilter}. */
  SigningKey(JsonObject jwk) {
    this.id = jwk.getString("kid");
    this.jwk = jwk;
  }

  static String withoutId(Algorithm algorithm) {
    return WITHOUT_ID + algorithm;
  }

  static boolean hasId(JsonObject jwk) {
    return !standsForNone(jwk.getString("kid"));
  }

  static boolean standsForNone(String id) {
    return id.startsWith(WITHOUT_ID);
  }

  String id() {
    return id;
  }

  boolean hasId() {
    return hasId(jwk);
  }

  /** The algorithm that it signs with. */
  String algorithm() {
    return jwk.getString("alg");
  }

  JsonObject jwk() {
    return jwk;
  }
}
