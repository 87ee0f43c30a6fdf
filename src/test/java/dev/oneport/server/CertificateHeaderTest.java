package dev.oneport.server;

import static dev.oneport.testing.Reply.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.certificates.ServerCertificate;
import dev.oneport.certificates.TestAuthority;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a proxy says of its client's certificate (RFC 9440) counts only where it is trusted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificateHeaderTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String INVALID = "CERTIFICATE_INVALID";
  private static final String MISSING = "CREDENTIALS_MISSING";

  private final TestAuthority authority = TestAuthority.root("clients", Instant.now());
  private final TestAuthority middle = authority.below("middle");
  private final TestAuthority stranger = TestAuthority.root("clients", Instant.now());
  private final ServerCertificate alice =
      authority.issue(authority.client("CN=alice").email("alice@example.com"));

  @TempDir private static Path folder;

  record Row(String name, boolean trusted, List<HeaderField> headers, String reason) {
    @Override
    public String toString() {
      return name + " -> " + reason;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void allProtocolsSayTheSame(Row row) throws Exception {
    try (var server = RunningServer.start(yaml(row.trusted()), new ProbeService(List.of("alice")));
        var http = new HttpProbe(server.port(), Version.HTTP_2);
        var grpc = new GrpcProbe(server.port(), true);
        var socket = new WebSocketProbe(server.port())) {
      for (var client : Map.of("HTTP", http, "gRPC", grpc, "WebSocket", socket).entrySet()) {
        var reply = client.getValue().call("alice", row.headers());
        assertEquals(row.reason(), reply.reason(), client.getKey());
      }
    }
  }

  /** A certificate does not say when a revocation is about it, so it counts as issued before. */
  @Test
  void aCallerThatWasRevokedIsRefusedAndItsSocketEnds() throws Exception {
    var file = Files.createFile(folder.resolve("revocations.jsonl"));
    var shared = "shared: { revocations: { file: \"" + file + "\" } }\n";
    var header = said(item(alice)).getFirst();
    try (var server = RunningServer.start(shared + yaml(true), new ProbeService(List.of("alice")));
        var http = new HttpProbe(server.port(), Version.HTTP_2);
        var socket = TextSocket.open(server.port(), "/ws/alice", header)) {
      assertEquals(OK, http.call("alice", List.of(header)).reason());
      Files.writeString(
          file,
          "{\"issuer\":\"clients\",\"caller\":\"alice@example.com\",\"before\":\"2000-01-01T00:00:00Z\"}\n");
      assertEquals("closed 3000 the credential was revoked", socket.next());
      assertEquals("ACCESS_TOKEN_REVOKED", http.call("alice", List.of(header)).reason());
    }
  }

  private String yaml(boolean trusted) {
    return """
        server: { trusted-proxies: [ %s ] }
        identity:
          issuers:
            test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
            clients: { kind: certificate, client-ca: %s, caller-from: email, caller-prefix: "",
                       header: Client-Cert }
        policy: { rules: [ { allow: [ alice@example.com ], route: %s } ] }
        """
        .formatted(
            trusted ? "127.0.0.0/8" : "10.0.0.0/8",
            ISSUER.id(),
            ISSUER.jwks(),
            TestIssuer.AUDIENCE,
            file(authority),
            ProbeService.routes("alice"));
  }

  private Path file(TestAuthority of) {
    try {
      return Files.writeString(folder.resolve("clients.pem"), of.pem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Stream<Row> rows() {
    var below = middle.issue(middle.client("CN=alice").email("alice@example.com"));
    var foreign = stranger.issue(stranger.client("CN=alice").email("alice@example.com"));
    return Stream.of(
        new Row("said by a trusted proxy", true, said(item(alice)), OK),
        new Row("said by anybody", false, said(item(alice)), MISSING),
        new Row("nothing said", true, List.of(), MISSING),
        new Row("through an intermediate", true, said(item(below), chain(below)), OK),
        new Row("without its issuer", true, said(item(below)), INVALID),
        new Row("a foreign authority", true, said(item(foreign)), INVALID),
        new Row("said twice", true, said(item(alice), null, item(alice)), INVALID),
        new Row("not a byte sequence", true, said("alice"), INVALID),
        new Row("not base64", true, said(":alice!:"), INVALID),
        new Row("not a certificate", true, said(":YWxpY2U=:"), INVALID),
        new Row("empty", true, said("::"), INVALID),
        new Row("a chain of rubbish", true, said(item(alice), ":YWxpY2U=:"), INVALID),
        new Row("a long chain", true, said(item(alice), "::,".repeat(20) + "::"), INVALID),
        new Row("with a bound token", true, bound(alice, item(alice)), OK),
        new Row(
            "with another's bound token",
            true,
            bound(foreign, item(alice)),
            "ACCESS_TOKEN_INVALID"),
        new Row(
            "with a bound token by anybody",
            false,
            bound(alice, item(alice)),
            "ACCESS_TOKEN_INVALID"));
  }

  private static List<HeaderField> bound(ServerCertificate to, String said) {
    var token =
        ISSUER.token().claim("cnf", Map.of("x5t#S256", thumbprint(to.chain().getFirst()))).sign();
    return List.of(HeaderField.bearer(token), new HeaderField("client-cert", said));
  }

  static String thumbprint(X509Certificate certificate) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<HeaderField> said(String item) {
    return said(item, null);
  }

  private static List<HeaderField> said(String item, @Nullable String chain, String... more) {
    var headers = new ArrayList<HeaderField>();
    headers.add(new HeaderField("client-cert", item));
    if (chain != null) {
      headers.add(new HeaderField("client-cert-chain", chain));
    }
    Stream.of(more).forEach(it -> headers.add(new HeaderField("client-cert", it)));
    return headers;
  }

  static String item(ServerCertificate certificate) {
    return item(certificate.chain().getFirst());
  }

  private static String chain(ServerCertificate certificate) {
    return certificate.chain().stream()
        .skip(1)
        .map(CertificateHeaderTest::item)
        .collect(Collectors.joining(", "));
  }

  private static String item(X509Certificate certificate) {
    try {
      return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
