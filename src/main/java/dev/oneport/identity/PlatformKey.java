package dev.oneport.identity;

import jakarta.json.JsonObject;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/**
 * Checks signatures that Helidon's JWT library cannot: RSASSA-PSS (RFC 7518 section 3.5), Ed25519
 * (RFC 8037 section 3.1), and ES256 of tokens that are padded. The cryptography is the JDK's.
 */
final class PlatformKey {
  private static final int ED25519_BYTES = 32;

  private final Algorithm algorithm;
  private final PublicKey key;

  /**
   * Reads a key.
   *
   * @param jwk a key of an algorithm that Helidon does not know
   * @throws GeneralSecurityException if it is not a valid public key
   */
  PlatformKey(JsonObject jwk) throws GeneralSecurityException {
    this.algorithm = Algorithm.named(jwk.getString("alg")).orElseThrow();
    try {
      this.key =
          switch (algorithm) {
            case EDDSA -> ed25519(bytes(jwk, "x"));
            case ES256 -> p256(jwk);
            default -> rsa(jwk);
          };
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not base64url", e);
    }
  }

  /** Whether a key of the issuer signed a token. */
  static boolean signed(Token token, SigningKey key) {
    try {
      return token.signedBy(new PlatformKey(key.jwk()));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether this key signed these bytes. */
  boolean signed(byte[] content, byte[] signature) {
    try {
      var check = signature();
      check.initVerify(key);
      check.update(content);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      // The signature has the wrong length.
      return false;
    }
  }

  private Signature signature() throws GeneralSecurityException {
    return switch (algorithm) {
      case PS256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
      case PS384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
      case PS512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
      case EDDSA -> Signature.getInstance("Ed25519");
      case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format");
      case RS256, RS384, RS512, ES384, ES512 -> throw new IllegalStateException();
    };
  }

  /** The salt is as long as the hash. */
  private static Signature pss(String hash, MGF1ParameterSpec mask, int salt)
      throws GeneralSecurityException {
    var signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(hash, "MGF1", mask, salt, PSSParameterSpec.TRAILER_FIELD_BC));
    return signature;
  }

  private static PublicKey rsa(JsonObject jwk) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(
            new RSAPublicKeySpec(
                new BigInteger(1, bytes(jwk, "n")), new BigInteger(1, bytes(jwk, "e"))));
  }

  private static PublicKey p256(JsonObject jwk) throws GeneralSecurityException {
    var curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    var point = new ECPoint(new BigInteger(1, bytes(jwk, "x")), new BigInteger(1, bytes(jwk, "y")));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
  }

  /** The number y, least significant byte first, with the lowest bit of x in the highest one. */
  private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
    if (point.length != ED25519_BYTES) {
      throw new GeneralSecurityException("an Ed25519 key has 32 bytes");
    }
    var y = new byte[ED25519_BYTES];
    for (int i = 0; i < ED25519_BYTES; i++) {
      y[i] = point[ED25519_BYTES - 1 - i];
    }
    var odd = y[0] < 0;
    y[0] &= 0x7f;
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
  }

  private static byte[] bytes(JsonObject jwk, String name) {
    return Base64.getUrlDecoder().decode(jwk.getString(name, ""));
  }
}
