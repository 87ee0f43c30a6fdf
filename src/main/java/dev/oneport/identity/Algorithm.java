package dev.oneport.identity;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The signature algorithms that an operator may allow (RFC 7518 section 3.1, RFC 8037 section 3.1).
 * Symmetric algorithms and {@code none} are not among them, so no configuration can allow them.
 */
public enum Algorithm {
  RS256("RS256", "RSA"),
  RS384("RS384", "RSA"),
  RS512("RS512", "RSA"),
  PS256("PS256", "RSA"),
  PS384("PS384", "RSA"),
  PS512("PS512", "RSA"),
  ES256("ES256", "P-256"),
  ES384("ES384", "P-384"),
  ES512("ES512", "P-521"),
  EDDSA("EdDSA", "Ed25519");

  private final String id;
  private final String key;

  Algorithm(String id, String key) {
    this.id = id;
    this.key = key;
  }

  /** The algorithm of this exact name; names are case-sensitive (RFC 7515 section 4.1.1). */
  static Optional<Algorithm> named(String name) {
    return Stream.of(values()).filter(it -> it.id.equals(name)).findFirst();
  }

  /** The one algorithm that keys on this curve sign with. */
  static Optional<Algorithm> onCurve(String curve) {
    return Stream.of(values()).filter(it -> it.key.equals(curve)).findFirst();
  }

  boolean rsa() {
    return key.equals("RSA");
  }

  /** Whether Helidon's JWT library can verify it (4.3). */
  boolean knownToHelidon() {
    return switch (this) {
      case RS256, RS384, RS512, ES256, ES384, ES512 -> true;
      case PS256, PS384, PS512, EDDSA -> false;
    };
  }

  /** Its name in {@code alg}. */
  @Override
  public String toString() {
    return id;
  }
}
