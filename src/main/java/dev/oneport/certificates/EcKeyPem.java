package dev.oneport.certificates;

import dev.oneport.certificates.UnusableCertificate.Part;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/**
 * Reads a key pair of the curve P-256 from the PEM file of its private key, which also holds the
 * public key (RFC 5915 section 3).
 */
public final class EcKeyPem {
  private static final int FIELD = 256;
  private static final int COORDINATE = FIELD / 8;
  private static final int CURVE = 0xA0;
  private static final int PUBLIC = 0xA1;
  private static final int BITS = 0x03;

  private EcKeyPem() {}

  /**
   * Reads a file.
   *
   * @throws UnusableCertificate if it does not hold exactly one key of P-256
   */
  public static KeyPair read(String file) {
    var bytes = file.getBytes(StandardCharsets.ISO_8859_1);
    var secret = KeyPem.read(bytes);
    if (!(secret instanceof ECPrivateKey key)
        || key.getParams().getCurve().getField().getFieldSize() != FIELD) {
      throw wrong(
          "holds no key of the curve P-256; make one:"
              + " openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY");
    }
    var open = open(bytes, key);
    if (!ServerCertificate.fits(open, secret)) {
      throw wrong("holds a public key that does not fit its private key, or another curve");
    }
    return new KeyPair(open, secret);
  }

  private static PublicKey open(byte[] file, ECPrivateKey secret) {
    for (var block : Pem.blocks(file, Part.KEY)) {
      if (block.label().endsWith("PRIVATE KEY")) {
        return onCurve(point(block), secret);
      }
    }
    throw wrong("holds no private key");
  }

  private static PublicKey onCurve(byte[] point, ECPrivateKey secret) {
    try {
      var x = new BigInteger(1, Arrays.copyOfRange(point, 2, 2 + COORDINATE));
      var y = new BigInteger(1, Arrays.copyOfRange(point, 2 + COORDINATE, point.length));
      return KeyFactory.getInstance("EC")
          .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), secret.getParams()));
    } catch (GeneralSecurityException e) {
      throw wrong("holds a public key that is not a point of its curve");
    }
  }

  /** The public point, uncompressed, after the number of unused bits. */
  private static byte[] point(Pem block) {
    try {
      var key = ByteBuffer.wrap(Der.content(ByteBuffer.wrap(sec1(block)), Der.SEQUENCE));
      var _ = Der.content(key, Der.INTEGER);
      var _ = Der.content(key, Der.OCTETS);
      if (key.get(key.position()) == (byte) CURVE) {
        var _ = Der.content(key, CURVE);
      }
      var point = Der.content(ByteBuffer.wrap(Der.content(key, PUBLIC)), BITS);
      if (point.length == 2 + 2 * COORDINATE && point[0] == 0 && point[1] == 4) {
        return point;
      }
    } catch (RuntimeException _) {
      // It is optional.
    }
    throw wrong("does not hold its public key; write it again: openssl pkey -in KEY -out NEW");
  }

  private static byte[] sec1(Pem block) {
    if (block.label().startsWith("EC ")) {
      return block.content();
    }
    var key = ByteBuffer.wrap(Der.content(ByteBuffer.wrap(block.content()), Der.SEQUENCE));
    var _ = Der.content(key, Der.INTEGER);
    var _ = Der.content(key, Der.SEQUENCE);
    return Der.content(key, Der.OCTETS);
  }

  private static UnusableCertificate wrong(String message) {
    return new UnusableCertificate(Part.KEY, message);
  }
}
