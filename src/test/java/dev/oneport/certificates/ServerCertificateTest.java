package dev.oneport.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.TlsFront;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A certificate and a key that cannot be used say why. */
@TestInstance(Lifecycle.PER_CLASS)
final class ServerCertificateTest {
  @SuppressWarnings("TimeInStaticInitializer")
  private static final Instant NOW = Instant.now().plusSeconds(60);

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final ServerCertificate own = SelfSigned.forThisMachine(NOW, Duration.ofDays(90));
  private final ServerCertificate other = SelfSigned.forThisMachine(NOW, Duration.ofDays(90));
  private List<X509Certificate> chain = List.of();
  private PrivateKey key = own.key();

  @BeforeAll
  void issue(@TempDir Path folder) throws Exception {
    var file = TlsFront.keyStore(folder, "localhost", "-ext", "san=dns:localhost");
    var store = KeyStore.getInstance(file.toFile(), PASSWORD);
    chain =
        Arrays.stream(store.getCertificateChain("server"))
            .map(X509Certificate.class::cast)
            .toList();
    key = (PrivateKey) store.getKey("server", PASSWORD);
  }

  /** What is wrong, the files, and what is said. */
  record Row(String name, String certificate, String key, String problem) {
    @Override
    public String toString() {
      return name;
    }
  }

  Stream<Row> rows() {
    var expired = SelfSigned.forThisMachine(NOW.minus(Duration.ofDays(9)), Duration.ofDays(1));
    var early = SelfSigned.forThisMachine(NOW.plus(Duration.ofDays(9)), Duration.ofDays(1));
    var secret = pem("PRIVATE KEY", own.key().getEncoded());
    var unrelated = List.of(chain.getFirst(), other.chain().getFirst());
    return Stream.of(
        new Row("an empty certificate", "", secret, "CERTIFICATE is empty"),
        new Row("an empty key", own.pem(), "", "KEY is empty"),
        new Row("no PEM", "hello", secret, "CERTIFICATE is not PEM"),
        new Row("a key that is not PEM", own.pem(), "\0\1\2", "KEY is not PEM"),
        new Row("half a block", own.pem().substring(0, 200), secret, "CERTIFICATE is not PEM"),
        new Row("no certificate", secret, secret, "CERTIFICATE holds no certificate"),
        new Row("no key", own.pem(), own.pem(), "KEY holds no private key"),
        new Row("two keys", own.pem(), secret + secret, "KEY holds 2 private keys"),
        new Row(
            "a certificate that is none",
            pem("CERTIFICATE", new byte[] {1, 2, 3}),
            secret,
            "CERTIFICATE certificate 1 of the file cannot be read"),
        new Row(
            "a key that is none",
            own.pem(),
            pem("PRIVATE KEY", new byte[] {1, 2, 3}),
            "KEY holds a private key that cannot be read"),
        new Row(
            "an encrypted key",
            own.pem(),
            pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3}),
            "KEY is encrypted"),
        new Row(
            "an encrypted key of the older form",
            own.pem(),
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n",
            "KEY is encrypted"),
        new Row("a key of DSA", own.pem(), pem("DSA PRIVATE KEY", new byte[9]), "KEY holds a DSA"),
        new Row("another key", other.pem(), secret, "CERTIFICATE does not fit the key"),
        new Row("expired", expired.pem(), pem(expired.key()), "CERTIFICATE expired"),
        new Row("not yet valid", early.pem(), pem(early.key()), "CERTIFICATE is not valid yet"),
        new Row(
            "the issuer first",
            pem(chain.reversed()),
            pem(key),
            "CERTIFICATE has its certificates in the wrong order: the server's own must come first"),
        new Row(
            "an issuer of another",
            pem(unrelated),
            pem(key),
            "CERTIFICATE has its certificates in the wrong order: CN=OnePort on this machine did not issue CN=localhost"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void whatCannotBeUsedSaysWhy(Row row) {
    var e = assertThrows(UnusableCertificate.class, () -> read(row.certificate(), row.key()));
    var said = e.part() + " " + e.getMessage();
    assertTrue(said.startsWith(row.problem()), said);
  }

  @Test
  void aChainIsRead() {
    var read = read(pem(chain), "text before\r\n" + pem(key).replace("\n", "\r\n"));
    assertEquals(chain, read.chain());
    assertEquals(key, read.key());
  }

  @Test
  void bothMayBeInOneFile() {
    var both = pem(key) + pem(chain);
    assertEquals(chain, read(both, both).chain());
  }

  @Test
  void olderFormsOfKeysAreRead() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var rsa = generator.generateKeyPair().getPrivate();
    // RFC 5208: the older form is what the last octet string holds.
    var pkcs1 = Arrays.copyOfRange(rsa.getEncoded(), 26, rsa.getEncoded().length);
    assertEquals(rsa, KeyPem.read(pem("RSA PRIVATE KEY", pkcs1).getBytes(ISO_8859_1)));
    var secret = ((ECPrivateKey) own.key()).getS().toByteArray();
    var sec1 =
        Der.sequence(
            Der.integer(1), Der.octets(secret), Der.value(0xA0, Der.oid("1.2.840.10045.3.1.7")));
    var read = (ECPrivateKey) KeyPem.read(pem("EC PRIVATE KEY", sec1).getBytes(ISO_8859_1));
    assertEquals(((ECPrivateKey) own.key()).getS(), read.getS());
    var nameless = pem("EC PRIVATE KEY", Der.sequence(Der.integer(1), Der.octets(secret)));
    var e =
        assertThrows(UnusableCertificate.class, () -> KeyPem.read(nameless.getBytes(ISO_8859_1)));
    assertEquals("holds an EC key that names no curve", e.getMessage());
  }

  @Test
  void theFirstExpiryCounts() {
    var first = chain.stream().map(X509Certificate::getNotAfter).sorted().findFirst().orElseThrow();
    assertEquals(first.toInstant(), read(pem(chain), pem(key)).expiry());
  }

  @Test
  void aCertificateForThisMachineNamesIt() throws Exception {
    var certificate = own.chain().getFirst();
    var names =
        certificate.getSubjectAlternativeNames().stream()
            .map(name -> String.valueOf(name.get(1)))
            .collect(Collectors.toSet());
    assertEquals(Set.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"), names);
    assertEquals(-1, certificate.getBasicConstraints());
    certificate.verify(certificate.getPublicKey());
  }

  private static ServerCertificate read(String certificate, String key) {
    return ServerCertificate.read(certificate.getBytes(ISO_8859_1), key.getBytes(ISO_8859_1), NOW);
  }

  private static String pem(List<X509Certificate> chain) {
    return chain.stream().map(Pem::of).collect(Collectors.joining());
  }

  private static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(content), label);
  }
}
