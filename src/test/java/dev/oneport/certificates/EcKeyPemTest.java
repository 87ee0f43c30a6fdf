package dev.oneport.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.interfaces.ECPublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key pairs in the forms that OpenSSL writes. */
final class EcKeyPemTest {
  @Test
  void bothFormsHoldThePair() throws Exception {
    for (int i = 0; i < 20; i++) {
      var pair = EcKeyFiles.pair("EC", "secp256r1");
      var open = (ECPublicKey) pair.getPublic();
      for (var file :
          new String[] {EcKeyFiles.pkcs8(pair, EcKeyFiles.point(open)), EcKeyFiles.sec1(pair)}) {
        var read = EcKeyPem.read(file);
        assertEquals(open.getW(), ((ECPublicKey) read.getPublic()).getW());
        assertTrue(ServerCertificate.fits(open, read.getPrivate()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "another curve, holds no key of the curve P-256",
    "RSA, holds no key of the curve P-256",
    "another's public key, holds a public key that does not fit its private key",
    "no public key, does not hold its public key",
    "two keys, holds 2 private keys",
    "nothing, is empty",
    "text, is not PEM"
  })
  void otherKeysAreRefused(String kind, String problem) throws Exception {
    var pair = EcKeyFiles.pair("EC", "secp256r1");
    var other = EcKeyFiles.pair("EC", "secp256r1");
    var file =
        switch (kind) {
          case "another curve" ->
              EcKeyFiles.pem(
                  "PRIVATE KEY", EcKeyFiles.pair("EC", "secp384r1").getPrivate().getEncoded());
          case "RSA" ->
              EcKeyFiles.pem("PRIVATE KEY", EcKeyFiles.pair("RSA", "").getPrivate().getEncoded());
          case "another's public key" ->
              EcKeyFiles.pkcs8(pair, EcKeyFiles.point((ECPublicKey) other.getPublic()));
          case "no public key" -> EcKeyFiles.pkcs8(pair, new byte[0]);
          case "two keys" -> EcKeyFiles.sec1(pair) + EcKeyFiles.sec1(other);
          case "nothing" -> "";
          default -> "hello";
        };
    var wrong = assertThrows(UnusableCertificate.class, () -> EcKeyPem.read(file));
    assertTrue(String.valueOf(wrong.getMessage()).startsWith(problem), wrong.getMessage());
  }
}
