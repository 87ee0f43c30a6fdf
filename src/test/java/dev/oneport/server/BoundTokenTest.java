package dev.oneport.server;

import static dev.oneport.testing.Reply.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.certificates.ServerCertificate;
import dev.oneport.certificates.TestAuthority;
import dev.oneport.testing.Client;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.GrpcWebProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A token that is bound to a certificate is good only for the client that shows it (RFC 8705). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class BoundTokenTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String INVALID = "ACCESS_TOKEN_INVALID";

  private static final Map<String, IntFunction<Client>> PROTOCOLS =
      Map.of(
          "HTTP/1.1", port -> new HttpProbe(port, Version.HTTP_1_1),
          "HTTP/2", port -> new HttpProbe(port, Version.HTTP_2),
          "gRPC", port -> new GrpcProbe(port, true),
          "gRPC-Web", port -> new GrpcWebProbe(port, Version.HTTP_1_1),
          "WebSocket", WebSocketProbe::new);

  @TempDir private static Path folder;

  private final TestAuthority authority = TestAuthority.root("clients", Instant.now());
  private final ServerCertificate alice = authority.issue(authority.client("CN=alice"));
  private final ServerCertificate bob = authority.issue(authority.client("CN=bob"));
  private @Nullable RunningServer started;

  /** What a client shows and sends, and what is to be in the audit. */
  record Row(
      String name, Optional<ServerCertificate> shown, Object cnf, String reason, String detail) {
    @Override
    public String toString() {
      return name + " -> " + reason;
    }
  }

  @BeforeAll
  void start() {
    started = RunningServer.startTls(yaml(), new ProbeService(List.of("alice")));
  }

  @AfterAll
  void stop() {
    server().close();
  }

  private RunningServer server() {
    return Objects.requireNonNull(started);
  }

  private String yaml() {
    return """
        identity:
          issuers:
            test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
            clients: { kind: certificate, client-ca: %s, caller-from: subject, caller-prefix: "cert:" }
        policy: { rules: [ { allow: [ alice@example.com ], route: %s } ] }
        """
        .formatted(
            ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE, file(), ProbeService.routes("alice"));
  }

  private Path file() {
    try {
      return Files.writeString(folder.resolve("clients.pem"), authority.pem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void allProtocolsSayTheSame(Row row) throws Exception {
    var token = token(row.cnf());
    var said = new LinkedHashMap<String, String>();
    var expected = new LinkedHashMap<String, String>();
    for (var protocol : PROTOCOLS.entrySet()) {
      said.put(protocol.getKey(), as(row, () -> reply(protocol.getValue(), token)));
      expected.put(protocol.getKey(), row.reason());
    }
    assertEquals(expected, said);
    if (!row.detail().isEmpty()) {
      Await.until(
          row.detail(),
          () ->
              server().audit().lines().stream()
                  .anyMatch(it -> it.contains("test: " + row.detail())));
    }
  }

  private static <T> T as(Row row, ScopedValue.CallableOp<T, RuntimeException> call) {
    return row.shown().isEmpty() ? call.call() : TestTls.as(row.shown().get()).call(call);
  }

  private String reply(IntFunction<Client> protocol, String token) {
    try (var client = protocol.apply(server().port())) {
      return client.call("alice", List.of(HeaderField.bearer(token))).reason();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Stream<Row> rows() {
    var mine = CertificateHeaderTest.thumbprint(alice.chain().getFirst());
    var shown = Optional.of(alice);
    var other = "it is bound to a key (cnf) in a way that is not supported";
    return Stream.of(
        new Row("the client's", shown, Map.of("x5t#S256", mine), OK, ""),
        new Row(
            "shown by another",
            Optional.of(bob),
            Map.of("x5t#S256", mine),
            INVALID,
            "it is bound to a client certificate, and the client shows another"),
        new Row(
            "shown by nobody",
            Optional.empty(),
            Map.of("x5t#S256", mine),
            INVALID,
            "it is bound to a client certificate, and the client shows none"),
        new Row("two methods", shown, Map.of("x5t#S256", mine, "jkt", mine), INVALID, other),
        new Row("a key's thumbprint", shown, Map.of("jkt", mine), INVALID, other),
        new Row("SHA-1", shown, Map.of("x5t", mine), INVALID, other),
        new Row("no method", shown, Map.of(), INVALID, other),
        new Row("a text", shown, mine, INVALID, "its claim cnf is not an object"),
        new Row(
            "with padding",
            shown,
            Map.of("x5t#S256", mine + "="),
            INVALID,
            "its claim cnf has no SHA-256 of a certificate"),
        new Row(
            "a number",
            shown,
            Map.of("x5t#S256", 1),
            INVALID,
            "its claim cnf has no SHA-256 of a certificate"));
  }

  private static String token(Object cnf) {
    return ISSUER.token().claim("cnf", cnf).sign();
  }

  @Test
  void aTokenThatWasVerifiedForOneClientIsNotAnothers() {
    var mine = token(Map.of("x5t#S256", CertificateHeaderTest.thumbprint(bob.chain().getFirst())));
    IntFunction<Client> http = Objects.requireNonNull(PROTOCOLS.get("HTTP/2"));
    for (var i = 0; i < 3; i++) {
      assertEquals(OK, TestTls.as(bob).call(() -> reply(http, mine)));
      assertEquals(INVALID, TestTls.as(alice).call(() -> reply(http, mine)));
      assertEquals(INVALID, reply(http, mine));
    }
  }

  @Test
  void aSocketIsRenewedOnlyWithATokenOfItsCertificate() throws Exception {
    var mine =
        token(Map.of("x5t#S256", CertificateHeaderTest.thumbprint(alice.chain().getFirst())));
    var others =
        token(Map.of("x5t#S256", CertificateHeaderTest.thumbprint(bob.chain().getFirst())));
    try (var socket =
        TestTls.as(alice).call(() -> TextSocket.open(server().port(), "/ws/alice", mine))) {
      assertEquals("oneport-token: ok", socket.ask("oneport-token: " + mine));
      assertTrue(String.valueOf(socket.ask("oneport-token: " + others)).startsWith("closed 3000"));
    }
  }
}
