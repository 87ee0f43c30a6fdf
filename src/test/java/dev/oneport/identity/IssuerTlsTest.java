package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.JwksServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys come over TLS that is verified. */
final class IssuerTlsTest {
  @TempDir Path folder;

  @Test
  void aGoodCertificateOfWhoIsTrusted() throws Exception {
    var store = TlsIssuer.certificate(folder, "good", "-1d", "localhost");
    var client = new KeyClient(Optional.of(TlsIssuer.trusting(store)));
    try (var server = new TlsIssuer(store, "{}")) {
      assertEquals("{}", client.get(server.uri(), KeyAccess.OPEN).body());
    }
  }

  @Test
  void anExpiredCertificate() throws Exception {
    var store = TlsIssuer.certificate(folder, "expired", "-10d", "localhost");
    var client = new KeyClient(Optional.of(TlsIssuer.trusting(store)));
    try (var server = new TlsIssuer(store, "{}")) {
      assertThrows(IOException.class, () -> client.get(server.uri(), KeyAccess.OPEN));
    }
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    var store = TlsIssuer.certificate(folder, "elsewhere", "-1d", "elsewhere.test");
    var client = new KeyClient(Optional.of(TlsIssuer.trusting(store)));
    try (var server = new TlsIssuer(store, "{}")) {
      assertThrows(IOException.class, () -> client.get(server.uri(), KeyAccess.OPEN));
    }
  }

  @Test
  void aCertificateOfNobodyTrusted() throws Exception {
    try (var server =
        new TlsIssuer(TlsIssuer.certificate(folder, "unknown", "-1d", "localhost"), "{}")) {
      var client = new KeyClient(Optional.empty());
      assertThrows(IOException.class, () -> client.get(server.uri(), KeyAccess.OPEN));
    }
  }

  @Test
  void theAuthorityOfAFileCountsAndIsReadAgain() throws Exception {
    var client = new KeyClient(Optional.empty());
    var first = TlsIssuer.certificate(folder, "first", "-1d", "localhost");
    var second = TlsIssuer.certificate(folder, "second", "-1d", "localhost");
    var ca = folder.resolve("ca.pem");
    var access = new KeyAccess(Optional.of(ca), Optional.empty());
    var authority = first.getCertificate(TlsIssuer.AUTHORITY);
    var otherAuthority = second.getCertificate(TlsIssuer.AUTHORITY);
    TlsIssuer.writePem(authority, ca);
    try (var one = new TlsIssuer(first, "{}");
        var two = new TlsIssuer(second, "{}")) {
      assertEquals("{}", client.get(one.uri(), access).body());
      assertThrows(IOException.class, () -> client.get(two.uri(), access));
      TlsIssuer.writePem(otherAuthority, ca);
      assertEquals("{}", client.get(two.uri(), access).body());
      Files.writeString(ca, "");
      assertThrows(IOException.class, () -> client.get(two.uri(), access));
      Files.delete(ca);
      assertThrows(IOException.class, () -> client.get(two.uri(), access));
    }
  }

  @Test
  void theTokenOfAFileIsSentAndReadAgain() throws Exception {
    var client = new KeyClient(Optional.empty());
    var token = Files.writeString(folder.resolve("token"), "one.two-three\n");
    var access = new KeyAccess(Optional.empty(), Optional.of(token));
    var received = new ArrayList<String>();
    try (var server =
        JwksServer.start(
            exchange -> {
              received.addAll(
                  exchange.getRequestHeaders().getOrDefault("Authorization", List.of("none")));
              JwksServer.text("{}", "").answer(exchange);
            })) {
      var uri = URI.create(server.url("/keys"));
      client.get(uri, access);
      Files.writeString(token, "four");
      client.get(uri, access);
      client.get(uri, KeyAccess.OPEN);
      Files.writeString(token, "two\nlines");
      assertThrows(IOException.class, () -> client.get(uri, access));
    }
    assertEquals(List.of("Bearer one.two-three", "Bearer four", "none"), received);
  }

  @Test
  void theTokenStaysWithTheServerThatItIsFor() {
    var access = new KeyAccess(Optional.empty(), Optional.of(folder.resolve("token")));
    var own = URI.create("https://issuer.test/.well-known/openid-configuration");
    assertEquals(access, access.at(URI.create("https://issuer.test/keys"), own));
    for (var other :
        List.of("https://keys.test/", "https://issuer.test:8443/", "http://issuer.test/")) {
      assertEquals(KeyAccess.OPEN, access.at(URI.create(other), own), other);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jwks: https://issuer.test/jwks, ca: no-such-file | issuers.a.ca: there is no file no-such-file that can be read",
        "jwks: https://issuer.test/jwks, ca: pom.xml | issuers.a.ca: must be a file of certificates in PEM",
        "jwks: https://issuer.test/jwks, token-file: no-such-file | issuers.a.token-file: there is no file no-such-file that can be read",
        "jwks: http://issuer.test/jwks, token-file: pom.xml | issuers.a.token-file: would send the token unencrypted: use an https URL",
        "jwks: pom.xml, ca: pom.xml | issuers.a.ca: is only used for keys that are fetched from a URL",
        "jwks: in-cluster | issuers.a.jwks: there is no file /var/run/secrets/kubernetes.io/serviceaccount/ca.crt that can be read",
      })
  void aFileThatCannotWorkStopsTheStart(String keys, String problem) {
    var configuration =
        Configuration.parse(
            "test.yaml",
            "issuers: { a: { issuer: \"https://issuer.test\", audiences: [ b ], %s } }"
                .formatted(keys),
            Map.of(),
            false);
    var _ = Identity.read(configuration.root());
    var wrong = assertThrows(InvalidConfiguration.class, configuration::check);
    assertTrue(
        wrong.problems().toString().contains(problem),
        () -> wrong.problems() + " lacks " + problem);
  }
}
