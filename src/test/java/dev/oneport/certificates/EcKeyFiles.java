package dev.oneport.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Files with key pairs, in the forms that OpenSSL writes. */
public final class EcKeyFiles {
  private static final byte[] CURVE = Der.oid("1.2.840.10045.3.1.7");
  private static final byte[] KIND = Der.sequence(Der.oid("1.2.840.10045.2.1"), CURVE);

  private EcKeyFiles() {}

  /** A new key of P-256 as PEM. */
  public static String pem() {
    try {
      return sec1(pair("EC", "secp256r1"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair pair(String algorithm, String curve) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(algorithm);
    if (!curve.isEmpty()) {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    return generator.generateKeyPair();
  }

  private static byte[] fixed(BigInteger number) {
    var bytes = number.toByteArray();
    var fixed = new byte[32];
    for (int i = 1; i <= Math.min(32, bytes.length); i++) {
      fixed[32 - i] = bytes[bytes.length - i];
    }
    return fixed;
  }

  static byte[] point(ECPublicKey key) {
    var w = key.getW();
    return Der.value(
        0xA1, Der.value(0x03, new byte[] {0, 4}, fixed(w.getAffineX()), fixed(w.getAffineY())));
  }

  private static byte[] secret(KeyPair pair) {
    return Der.octets(fixed(((ECPrivateKey) pair.getPrivate()).getS()));
  }

  static String pkcs8(KeyPair pair, byte[] open) {
    var key = Der.octets(Der.sequence(Der.integer(1), secret(pair), open));
    return pem("PRIVATE KEY", Der.sequence(Der.integer(0), KIND, key));
  }

  static String sec1(KeyPair pair) {
    return pem(
        "EC PRIVATE KEY",
        Der.sequence(
            Der.integer(1),
            secret(pair),
            Der.value(0xA0, CURVE),
            point((ECPublicKey) pair.getPublic())));
  }

  static String pem(String label, byte[] content) {
    var lines = Base64.getMimeEncoder().encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }
}
