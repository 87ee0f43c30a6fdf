package dev.oneport.identity;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The signature algorithms that an operator may allow (RFC 7518 section 3.1). Symmetric ones and
 * {@code none} are not among them, so no configuration can allow these.
 */
public enum Algorithm {
  RS256("RSA"),
  RS384("RSA"),
  RS512("RSA"),
  ES256("P-256"),
  ES384("P-384"),
  ES512("P-521");

  private final String key;

  Algorithm(String key) {
    this.key = key;
  }

  /** The algorithm of this exact name; names are case-sensitive (RFC 7515 section 4.1.1). */
  static Optional<Algorithm> named(String name) {
    return Stream.of(values()).filter(it -> it.name().equals(name)).findFirst();
  }

  /** The one algorithm that keys on this elliptic curve sign with. */
  static Optional<Algorithm> onCurve(String curve) {
    return Stream.of(values()).filter(it -> it.key.equals(curve)).findFirst();
  }

  boolean rsa() {
    return key.equals("RSA");
  }
}
