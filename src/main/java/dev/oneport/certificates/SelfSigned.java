package dev.oneport.certificates;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Makes a certificate for this machine's own names, signed by its own key (RFC 5280). The JDK has
 * no public interface for that, and an image made with jlink no {@code keytool}.
 */
public final class SelfSigned {
  private static final byte[] ECDSA_SHA_256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final int DNS = 0x82;
  private static final int ADDRESS = 0x87;
  private static final int VERSION = 0xA0;
  private static final int EXTENSIONS = 0xA3;
  private static final Duration EARLIER = Duration.ofHours(1);
  private static final int SERIAL_BITS = 120;

  private SelfSigned() {}

  /** A new certificate for localhost, 127.0.0.1 and ::1. */
  public static ServerCertificate forThisMachine(Instant now, Duration life) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      var open = toBeSigned(pair.getPublic().getEncoded(), now.minus(EARLIER), now.plus(life));
      var signing = Signature.getInstance("SHA256withECDSA");
      signing.initSign(pair.getPrivate());
      signing.update(open);
      var signed = Der.sequence(open, ECDSA_SHA_256, Der.bits(signing.sign()));
      var factory = CertificateFactory.getInstance("X.509");
      var certificate =
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(signed));
      return new ServerCertificate(List.of(certificate), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no elliptic curves", e);
    }
  }

  private static byte[] toBeSigned(byte[] publicKey, Instant from, Instant until) {
    var name =
        Der.sequence(
            Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text("OnePort on this machine"))));
    return Der.sequence(
        Der.value(VERSION, Der.integer(2)),
        Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS)),
        ECDSA_SHA_256,
        name,
        Der.sequence(Der.time(from), Der.time(until)),
        name,
        publicKey,
        Der.value(EXTENSIONS, Der.sequence(names(), notAnAuthority())));
  }

  private static byte[] names() {
    var loopback6 = new byte[16];
    loopback6[15] = 1;
    return Der.sequence(
        Der.oid(ALTERNATIVE_NAMES),
        Der.octets(
            Der.sequence(
                Der.value(DNS, "localhost".getBytes(StandardCharsets.US_ASCII)),
                Der.value(ADDRESS, new byte[] {127, 0, 0, 1}),
                Der.value(ADDRESS, loopback6))));
  }

  /** Whoever trusts it trusts it alone, and nothing that its key might sign. */
  private static byte[] notAnAuthority() {
    return Der.sequence(Der.oid(BASIC_CONSTRAINTS), Der.yes(), Der.octets(Der.sequence()));
  }
}
