package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Issuers are reached through the proxy that the environment names. */
final class OutgoingProxyTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String PASSWORD = "pa%3Ass%40word";
  private static final String CREDENTIALS =
      Base64.getEncoder().encodeToString("user:pa:ss@word".getBytes(StandardCharsets.US_ASCII));

  @TempDir private Path folder = Path.of("");

  private static OutgoingProxy read(Map<String, String> variables) {
    var configuration = Configuration.parse("test.yaml", "", variables, false);
    var proxy = OutgoingProxy.read(configuration.root());
    configuration.check();
    return proxy;
  }

  /** The variables are divided by blanks. */
  private static Map<String, String> variables(String text) {
    var variables = new HashMap<String, String>();
    Arrays.stream(text.split(" +", -1))
        .forEach(it -> variables.put(it.split("=", 2)[0], it.split("=", 2)[1]));
    return variables;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTPS_PROXY=http://p:3128|https://a.example/|p:3128",
        "https_proxy=http://p:3128|https://a.example/|p:3128",
        "https_proxy=http://p:1 HTTPS_PROXY=http://q:2|https://a.example/|p:1",
        "https_proxy= HTTPS_PROXY=http://q:2|https://a.example/|q:2",
        "HTTPS_PROXY=p:3128|https://a.example/|p:3128",
        "HTTPS_PROXY=http://p|https://a.example/|p:80",
        "HTTPS_PROXY=http://user:secret@p:3128|https://a.example/|p:3128",
        "HTTPS_PROXY=http://[2001:db8::1]:3128|https://a.example/|[2001:db8::1]:3128",
        "HTTPS_PROXY=http://p:3128|http://a.example/|none",
        "HTTP_PROXY=http://p:3128|https://a.example/|none",
        "HTTP_PROXY=http://p:3128|http://a.example/|p:3128",
        "http_proxy=http://p:3128|http://a.example/|p:3128",
        "HTTPS_PROXY=http://p:1|https://localhost/|none",
        "HTTPS_PROXY=http://p:1|https://127.0.0.2/|none",
        "HTTPS_PROXY=http://p:1|https://[::1]/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=*|https://a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example|https://a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example|https://A.Example./|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=A.EXAMPLE|https://a.example/|none",
        "HTTPS_PROXY=http://p:1 no_proxy=a.example|https://a.example/|none",
        "HTTPS_PROXY=http://p:1 no_proxy=b NO_PROXY=a.example|https://a.example/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example|https://b.a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example|https://ba.example/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=.a.example|https://b.a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=.a.example|https://a.example/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=*.a.example|https://b.a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=x,,a.example|https://a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example:443|https://a.example/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example:8443|https://a.example/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=a.example:8443|https://a.example:8443/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=192.0.2.1|https://192.0.2.1/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=192.0.2.0/24|https://192.0.2.77/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=192.0.2.9/24|https://192.0.2.77/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=192.0.2.0/24|https://192.0.3.1/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=192.0.2.0/99|https://192.0.2.1/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=0.0.0.0/0|https://192.0.2.1/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=10.0.0.0/8|https://10.example/|p:1",
        "HTTPS_PROXY=http://p:1 NO_PROXY=2001:db8::/32|https://[2001:db8::7]/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=2001:db8::7|https://[2001:db8:0::7]/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=[2001:db8::7]:443|https://[2001:db8::7]/|none",
        "HTTPS_PROXY=http://p:1 NO_PROXY=2001:db8::/32|https://10.0.0.1/|p:1",
      })
  void theProxyOfAUrl(String variables, URI url, String proxy) {
    var found = read(variables(variables)).at(url);
    assertEquals(proxy, found.map(OutgoingProxy.Server::toString).orElse("none"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:secret@p:443",
        "socks5://user:secret@p:1080",
        "http://user:secret@",
        "http://user:secret@p:99999",
        "http://user:se cret@p",
        "http://user:%zzsecret@p:1"
      })
  void aProxyThatCannotBeUsedStopsTheStartAndIsNotQuoted(String proxy) {
    for (var name : List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY")) {
      var wrong = assertThrows(InvalidConfiguration.class, () -> read(Map.of(name, proxy)));
      assertEquals(
          List.of(name + ": must be an HTTP proxy such as http://proxy.example:3128"),
          wrong.problems().stream().map(Object::toString).toList());
    }
  }

  @Test
  void aPasswordIsInNoText() {
    var proxy = read(Map.of("HTTPS_PROXY", "http://user:secret@p:3128"));
    var access = new KeyAccess(Optional.empty(), Optional.empty(), proxy);
    assertFalse(proxy.toString().contains("secret"));
    assertFalse(access.toString().contains("secret"));
  }

  @Test
  void keysComeThroughATunnelAndTheirCertificateIsChecked() throws Exception {
    var store = TlsIssuer.certificate(folder, "keys", "-1d", "keys.example");
    var trust = TlsIssuer.trusting(store);
    try (var issuer = new TlsIssuer(store, "{}");
        var proxy = new LoopbackProxy(issuer.port(), "", "")) {
      var client = new KeyClient(Optional.of(trust));
      var access = access("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port());
      assertEquals("{}", client.get(URI.create("https://keys.example/jwks"), access).body());
      assertEquals(List.of("CONNECT keys.example:443 HTTP/1.1"), proxy.requests());
      assertThrows(
          IOException.class, () -> client.get(URI.create("https://other.example/jwks"), access));
    }
  }

  @Test
  void aDiscoveredUrlIsCheckedWithoutItsAddress() throws IOException {
    var hosts =
        new KeyHosts(
            host -> {
              throw new AssertionError("looked up " + host);
            });
    var issuer = URI.create("https://issuer.example/");
    hosts.check(URI.create("https://keys.example/"), issuer, true);
    for (var bad :
        List.of(
            "https://127.1/",
            "https://0x7f.0.0.1/",
            "https://metadata.google.internal/",
            "http://keys.example/")) {
      assertThrows(IOException.class, () -> hosts.check(URI.create(bad), issuer, true), bad);
    }
    var literal = new KeyHosts(InetAddress::getAllByName);
    for (var bad : List.of("https://169.254.169.254/", "https://127.0.0.1/", "https://[::1]/")) {
      assertThrows(IOException.class, () -> literal.check(URI.create(bad), issuer, true), bad);
    }
  }

  @Test
  void aProxyWithAUserIsTriedWithItForPlainHttpToo() {
    try (var proxy = new LoopbackProxy(0, CREDENTIALS, ISSUER.jwks().toString())) {
      var yaml =
          "issuers: { a: { issuer: \"%s\", jwks: \"http://keys.example/jwks\", audiences: [ \"%s\" ] } }"
              .formatted(ISSUER.id(), TestIssuer.AUDIENCE);
      var url = "http://user:" + PASSWORD + "@127.0.0.1:" + proxy.port();
      var configuration = Configuration.parse("test.yaml", yaml, Map.of("HTTP_PROXY", url), false);
      var tokens =
          new TrustedIssuers(Clocks.system())
              .replaceIssuers(Identity.read(configuration.root()))
              .tokens();
      configuration.check();
      var verified = tokens.verify(ISSUER.token().sign(), Optional.empty());
      assertInstanceOf(Verification.Verified.class, verified);
      assertEquals(List.of("GET http://keys.example/jwks HTTP/1.1"), proxy.requests());
    }
  }

  /** A whole process, because Java decides once for all whether proxies get passwords. */
  @Test
  void aServerFetchesKeysThroughAProxyWithAUserAndLogsNoPassword() throws Exception {
    var store = TlsIssuer.certificate(folder, "keys", "-1d", "keys.example");
    TlsIssuer.writePem(store.getCertificate(TlsIssuer.AUTHORITY), folder.resolve("ca.pem"));
    var yaml =
        """
        identity:
          issuers:
            a: { issuer: "%s", jwks: "https://keys.example/jwks", ca: "%s", audiences: [ "%s" ] }
        policy:
          rules: [ { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ]
        """
            .formatted(ISSUER.id(), folder.resolve("ca.pem"), TestIssuer.AUDIENCE);
    Files.writeString(folder.resolve("application.yaml"), yaml);
    try (var issuer = new TlsIssuer(store, ISSUER.jwks().toString());
        var proxy = new LoopbackProxy(issuer.port(), CREDENTIALS, "")) {
      var url = "http://user:" + PASSWORD + "@127.0.0.1:" + proxy.port();
      var environment = Map.of("https_proxy", url, "NO_PROXY", "nothing.example");
      try (var server = ServerProcess.start(environment, folder, "serve", "--port", "0")) {
        var token = HeaderField.bearer(ISSUER.token().sign());
        var request =
            "GET /ping HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n"
                .formatted(token.name(), token.value());
        assertEquals(200, RawHttp.send(server.port(), request).status());
        assertEquals(List.of("CONNECT keys.example:443 HTTP/1.1"), proxy.requests());
        server.terminate();
        assertEquals(0, server.exitCode(), server.output());
        assertFalse(server.output().contains("ss@word"), server.output());
        assertFalse(server.output().contains(PASSWORD), server.output());
        assertFalse(server.output().contains(CREDENTIALS), server.output());
      }
    }
  }

  private static KeyAccess access(String name, String proxy) {
    return new KeyAccess(Optional.empty(), Optional.empty(), read(Map.of(name, proxy)));
  }
}
