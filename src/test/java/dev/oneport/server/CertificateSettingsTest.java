package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.certificates.TestAuthority;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with an issuer of certificates stops the start, with its key and line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificateSettingsTest {
  private static final String TLS = "tls: { certificate: a, key: b }";
  private static final String PROXIES = "trusted-proxies: [ 10.0.0.0/8 ]";

  @TempDir private static Path folder;

  /** The settings of the server, those of the issuer, and the mistake in them. */
  record Row(String name, String server, String issuer, String key, String mistake) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aMistakeIsReportedAtItsKey(Row row) {
    var configuration =
        Configuration.parse(
            "test.yaml",
            """
            server: { %s }
            identity:
              issuers:
                clients:
                  kind: certificate
                  %s
            policy: {}
            """
                .formatted(row.server(), row.issuer().replace("\n", "\n      ")),
            Map.of(),
            false);
    var thrown =
        assertThrows(
            InvalidConfiguration.class,
            () -> Plan.read(configuration, List.of(), Optional.empty()));
    assertEquals(1, thrown.problems().size(), thrown.problems()::toString);
    var problem = thrown.problems().getFirst();
    assertEquals("identity.issuers.clients" + row.key(), problem.key());
    assertTrue(problem.message().contains(row.mistake()), problem::toString);
    assertTrue(problem.place().matches("test\\.yaml:\\d+"), problem::toString);
  }

  Stream<Row> rows() {
    var now = Instant.now();
    var good = file("good", TestAuthority.root("clients", now).pem());
    var life = Duration.ofDays(1);
    var own = SelfSigned.forThisMachine(now, life).pem();
    var old = TestAuthority.root("old", now.minus(Duration.ofDays(9)), life).pem();
    return Stream.of(
        row("no client-ca", "caller-from: dns", ".client-ca", "is required"),
        row("an empty name", "client-ca: \"\"", ".client-ca", "must not be empty"),
        row("no such file", "client-ca: /no/such", ".client-ca", "there is no such file"),
        row("an empty file", ca(file("empty", "")), ".client-ca", "is empty"),
        row("not PEM", ca(file("text", "certificates")), ".client-ca", "is not PEM"),
        row("a key alone", ca(file("key", pem("PRIVATE KEY"))), ".client-ca", "no certificate"),
        row("rubbish", ca(file("bad", pem("CERTIFICATE"))), ".client-ca", "cannot be read"),
        row("a server's own", ca(file("own", own)), ".client-ca", "not an authority"),
        row("expired", ca(file("old", old)), ".client-ca", "expired: CN=old ended on"),
        row("another name", ca(good) + "\ncaller-from: cn", ".caller-from", "one of uri, dns"),
        row("no domain", ca(good) + "\ntrust-domain: A/b", ".trust-domain", "must be the name"),
        row(
            "a domain without SPIFFE IDs",
            ca(good) + "\ncaller-from: dns\ntrust-domain: a",
            ".trust-domain",
            "needs caller-from: uri"),
        row("a key of tokens", ca(good) + "\naudiences: [ a ]", ".audiences", "unknown key"),
        new Row("no TLS", "", ca(good), ".kind", "needs server.tls"),
        new Row(
            "no proxy", "", ca(good) + "\nheader: a", ".header", "needs server.trusted-proxies"),
        new Row(
            "no header", PROXIES, ca(good) + "\nheader: a b", ".header", "the name of a header"),
        new Row(
            "required of a proxy",
            PROXIES,
            ca(good) + "\nheader: client-cert\nrequired: true",
            ".required",
            "the proxy must require"));
  }

  private static Row row(String name, String issuer, String key, String mistake) {
    return new Row(name, TLS, issuer, key, mistake);
  }

  private static String ca(Path file) {
    return "client-ca: " + file;
  }

  private static String pem(String label) {
    return "-----BEGIN %1$s-----\nAAAA\n-----END %1$s-----\n".formatted(label);
  }

  private static Path file(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name + ".pem"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
