package dev.oneport.gateway.assertion;

import dev.oneport.json.EcJwk;
import io.helidon.security.jwt.jwk.Jwk;
import jakarta.json.JsonObject;
import java.security.KeyPair;

/**
 * A key that signs assertions. Two are equal if they have the same id, which is the thumbprint of
 * the public key.
 */
public final class AssertionKey {
  private final String id;
  private final Jwk signing;
  private final JsonObject published;

  /** The key of a pair on the curve P-256. */
  public AssertionKey(KeyPair pair) {
    this.id = EcJwk.thumbprint(pair);
    this.signing = Jwk.create(EcJwk.signing(pair, id));
    this.published = EcJwk.verifying(pair, id);
  }

  static AssertionKey generate() {
    return new AssertionKey(EcJwk.generate());
  }

  String id() {
    return id;
  }

  Jwk signing() {
    return signing;
  }

  JsonObject published() {
    return published;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AssertionKey key && id.equals(key.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
