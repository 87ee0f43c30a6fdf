package dev.oneport.certificates;

import dev.oneport.certificates.UnusableCertificate.Part;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/**
 * Reads the one private key of a PEM file: PKCS #8, or the older forms of RSA (PKCS #1) and of
 * elliptic curves (SEC 1), which are wrapped into PKCS #8.
 */
final class KeyPem {
  private static final String KEY = "PRIVATE KEY";
  private static final String RSA = "RSA PRIVATE KEY";
  private static final String EC = "EC PRIVATE KEY";
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private static final byte[] RSA_ID = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.nothing());
  private static final byte[] EC_ID = Der.oid("1.2.840.10045.2.1");
  private static final int CURVE = 0xA0;

  private KeyPem() {}

  /**
   * Reads a file.
   *
   * @throws UnusableCertificate if it does not hold exactly one key that can be read
   */
  static PrivateKey read(byte[] file) {
    var keys =
        Pem.blocks(file, Part.KEY).stream().filter(block -> block.label().endsWith(KEY)).toList();
    if (keys.isEmpty()) {
      throw wrong("holds no private key");
    }
    if (keys.size() > 1) {
      throw wrong("holds " + keys.size() + " private keys; it must hold one");
    }
    var block = keys.getFirst();
    if (block.label().startsWith("ENCRYPTED") || block.headers().contains("ENCRYPTED")) {
      throw wrong("is encrypted; write it without a passphrase: openssl pkey -in KEY -out PLAIN");
    }
    return key(
        switch (block.label()) {
          case KEY -> block.content();
          case RSA -> wrapped(RSA_ID, block.content());
          case EC -> wrapped(Der.sequence(EC_ID, curve(block.content())), block.content());
          default -> throw wrong("holds a " + block.label() + ", which is not supported");
        });
  }

  private static PrivateKey key(byte[] pkcs8) {
    for (var algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException | NoSuchAlgorithmException _) {
        // Perhaps it is of another kind.
      }
    }
    throw wrong("holds a private key that cannot be read; RSA, EC and Ed25519 are supported");
  }

  /** RFC 5208 section 5. */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    var id = algorithm[0] == Der.SEQUENCE ? algorithm : Der.sequence(algorithm);
    return Der.sequence(Der.integer(0), id, Der.octets(key));
  }

  /** The curve that a key of SEC 1 names (RFC 5915 section 3). */
  private static byte[] curve(byte[] key) {
    try {
      var all = ByteBuffer.wrap(Der.content(ByteBuffer.wrap(key), Der.SEQUENCE));
      var _ = Der.content(all, Der.INTEGER);
      var _ = Der.content(all, Der.OCTETS);
      return Der.content(all, CURVE);
    } catch (RuntimeException e) {
      throw wrong("holds an EC key that names no curve");
    }
  }

  private static UnusableCertificate wrong(String message) {
    return new UnusableCertificate(Part.KEY, message);
  }
}
