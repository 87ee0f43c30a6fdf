package dev.oneport.json;

import jakarta.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Keys of ES256 as JSON (RFC 7518 section 6.2): the curve P-256. */
public final class EcJwk {
  private static final int COORDINATE = 32;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private EcJwk() {}

  /** A new key pair. */
  public static KeyPair generate() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no elliptic curve keys", e);
    }
  }

  /** The public key of a pair, to be published. */
  public static JsonObject verifying(KeyPair pair, String id) {
    var point = ((ECPublicKey) pair.getPublic()).getW();
    return Json.PROVIDER
        .createObjectBuilder()
        .add("kty", "EC")
        .add("crv", "P-256")
        .add("alg", "ES256")
        .add("kid", id)
        .add("x", coordinate(point.getAffineX()))
        .add("y", coordinate(point.getAffineY()))
        .build();
  }

  /** Both keys of a pair, which must stay secret. */
  public static JsonObject signing(KeyPair pair, String id) {
    return Json.PROVIDER
        .createObjectBuilder(verifying(pair, id))
        .add("d", coordinate(((ECPrivateKey) pair.getPrivate()).getS()))
        .build();
  }

  /** The thumbprint of a pair's public key (RFC 7638), which is the same on every server. */
  public static String thumbprint(KeyPair pair) {
    var point = ((ECPublicKey) pair.getPublic()).getW();
    var members =
        "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(coordinate(point.getAffineX()), coordinate(point.getAffineY()));
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return BASE64.encodeToString(digest.digest(members.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** A coordinate or scalar in full length. */
  private static String coordinate(BigInteger value) {
    var bytes = value.toByteArray();
    var fixed = new byte[COORDINATE];
    var from = Math.max(0, bytes.length - COORDINATE);
    System.arraycopy(bytes, from, fixed, COORDINATE - (bytes.length - from), bytes.length - from);
    Arrays.fill(bytes, (byte) 0);
    return BASE64.encodeToString(fixed);
  }
}
