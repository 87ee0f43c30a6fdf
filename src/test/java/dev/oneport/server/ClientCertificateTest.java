package dev.oneport.server;

import static dev.oneport.testing.Reply.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.certificates.ServerCertificate;
import dev.oneport.certificates.TestAuthority;
import dev.oneport.testing.Client;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.GrpcWebProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** A client's certificate is a credential like any other, on every protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class ClientCertificateTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String NO_HANDSHAKE = "no handshake";
  private static final String INVALID = "CERTIFICATE_INVALID";
  private static final String MISSING = "CREDENTIALS_MISSING";
  private static final String NOT_ALLOWED = "CALLER_NOT_ALLOWED";
  private static final String ID = "spiffe://prod.example/ns/shop/sa/alice";

  private static final Map<String, IntFunction<Client>> PROTOCOLS = new LinkedHashMap<>();

  static {
    PROTOCOLS.put("HTTP/1.1", port -> new HttpProbe(port, Version.HTTP_1_1));
    PROTOCOLS.put("HTTP/2", port -> new HttpProbe(port, Version.HTTP_2));
    PROTOCOLS.put("gRPC stream", port -> new GrpcProbe(port, true));
    PROTOCOLS.put("gRPC-Web", port -> new GrpcWebProbe(port, Version.HTTP_1_1));
    PROTOCOLS.put("WebSocket", WebSocketProbe::new);
  }

  private final ManualClock clock = new ManualClock(Instant.now());
  private final TestAuthority mesh = TestAuthority.root("mesh", clock.instant());
  private final TestAuthority middle = mesh.below("middle");
  private final TestAuthority hosts = TestAuthority.root("hosts", clock.instant());
  private final TestAuthority stranger = TestAuthority.root("mesh", clock.instant());
  private final ServerCertificate alice = mesh.issue(mesh.client("CN=a").uri(ID));

  @TempDir private static Path folder;
  private @Nullable RunningServer server;

  /** A client, what it sends, and what comes of it. */
  record Row(
      String name, @Nullable ServerCertificate identity, List<HeaderField> headers, String reason) {
    @Override
    public String toString() {
      return name + " -> " + reason;
    }
  }

  @BeforeAll
  void start() {
    server = RunningServer.startTls(yaml(mesh), clock.clocks(), service());
  }

  @AfterAll
  void stop() {
    server().close();
  }

  private RunningServer server() {
    return Objects.requireNonNull(server);
  }

  private static ProbeService service() {
    return new ProbeService(List.of("alice"));
  }

  private String yaml(TestAuthority authority) {
    return yaml("client-ca: " + file(authority == mesh ? "mesh" : "other", authority.pem()));
  }

  private String yaml(String mesh) {
    return """
        identity:
          issuers:
            test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
            mesh: { kind: certificate, %s, trust-domain: prod.example, caller-prefix: "mesh:" }
            hosts: { kind: certificate, client-ca: %s, caller-from: dns, caller-prefix: "host:" }
        policy:
          rules:
            - { allow: [ alice@example.com, "mesh:%s", "host:alice.example" ], route: %s }
        """
        .formatted(
            ISSUER.id(),
            ISSUER.jwks(),
            TestIssuer.AUDIENCE,
            mesh,
            file("hosts", hosts.pem()),
            ID,
            ProbeService.routes("alice"));
  }

  private Path file(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name + ".pem"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void allProtocolsSayTheSame(Row row) {
    var said = new LinkedHashMap<String, String>();
    var expected = new LinkedHashMap<String, String>();
    for (var protocol : PROTOCOLS.keySet()) {
      said.put(protocol, call(row, protocol));
      expected.put(protocol, row.reason());
    }
    assertEquals(expected, said);
  }

  private String call(Row row, String protocol) {
    return row.identity() == null
        ? reply(row, protocol)
        : TestTls.as(row.identity()).call(() -> reply(row, protocol));
  }

  private String reply(Row row, String protocol) {
    try (var client = Objects.requireNonNull(PROTOCOLS.get(protocol)).apply(server().port())) {
      var reply = client.call("alice", row.headers());
      return reply.reason().startsWith("no details") && reply.status().equals("UNAVAILABLE")
          ? NO_HANDSHAKE
          : reply.reason();
    } catch (IOException e) {
      return NO_HANDSHAKE;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Stream<Row> rows() {
    var now = clock.instant();
    var day = Duration.ofDays(1);
    return Stream.of(
        new Row("no certificate", null, List.of(), MISSING),
        row("a workload", alice, OK),
        row("through an intermediate", middle.issue(middle.client("CN=a").uri(ID)), OK),
        row("a host, in another case", host("Alice.Example"), OK),
        row(
            "without usages",
            hosts.issue(hosts.client("CN=a").withoutUsages().dns("alice.example")),
            OK),
        row("another workload", mesh.issue(mesh.client("CN=a").uri(ID + "2")), NOT_ALLOWED),
        row(
            "a foreign authority of the same name",
            stranger.issue(stranger.client("CN=a").uri(ID)),
            NO_HANDSHAKE),
        row(
            "expired",
            mesh.issue(mesh.client("CN=a").uri(ID).valid(now.minus(day), now.minusSeconds(5))),
            NO_HANDSHAKE),
        row(
            "not valid yet",
            mesh.issue(mesh.client("CN=a").uri(ID).valid(now.plus(day), now.plus(day).plus(day))),
            NO_HANDSHAKE),
        row(
            "for servers",
            mesh.issue(
                mesh.client("CN=a")
                    .withoutUsages()
                    .keyUsage(0x80)
                    .extendedKeyUsage(TestAuthority.SERVER)
                    .uri(ID)),
            NO_HANDSHAKE),
        row("no URI", mesh.issue(mesh.client("CN=a").dns("alice.example")), INVALID),
        row("two URIs", mesh.issue(mesh.client("CN=a").uri(ID).uri("https://a.example")), INVALID),
        row("another trust domain", spiffe("spiffe://test.example/ns/shop/sa/alice"), INVALID),
        row("the trust domain itself", spiffe("spiffe://prod.example"), INVALID),
        row("a way up in the path", spiffe("spiffe://prod.example/ns/../alice"), INVALID),
        row("a query", spiffe(ID + "?a"), INVALID),
        row("a port", spiffe("spiffe://prod.example:80/ns/shop/sa/alice"), INVALID),
        row("another scheme", spiffe("https://prod.example/ns/shop/sa/alice"), INVALID),
        row(
            "a workload without key usage",
            mesh.issue(mesh.client("CN=a").withoutUsages().uri(ID)),
            INVALID),
        row(
            "a workload of the other authority",
            hosts.issue(hosts.client("CN=a").uri(ID)),
            INVALID),
        row(
            "two hosts",
            hosts.issue(hosts.client("CN=a").dns("alice.example").dns("b.example")),
            INVALID),
        row("a pattern of hosts", host("*.example"), INVALID),
        new Row("a good token", null, List.of(HeaderField.bearer(token())), OK),
        new Row(
            "a good certificate and a bad token",
            alice,
            List.of(HeaderField.bearer("a.b.c")),
            "ACCESS_TOKEN_INVALID"),
        new Row(
            "a good token and another's certificate",
            host("other.example"),
            List.of(HeaderField.bearer(token())),
            OK),
        new Row(
            "Basic is no token",
            alice,
            List.of(new HeaderField("authorization", "Basic YTpi")),
            OK),
        new Row(
            "a header that no proxy has sent",
            null,
            List.of(new HeaderField("client-cert", CertificateHeaderTest.item(alice))),
            MISSING));
  }

  /** Valid by the clock of the server. */
  private String token() {
    return ISSUER.token().claim("iat", clock.instant().getEpochSecond()).sign();
  }

  private static Row row(String name, ServerCertificate identity, String reason) {
    return new Row(name, identity, List.of(), reason);
  }

  private ServerCertificate spiffe(String id) {
    return mesh.issue(mesh.client("CN=a").uri(id));
  }

  private ServerCertificate host(String name) {
    return hosts.issue(hosts.client("CN=a").dns(name));
  }

  @Test
  void theAuditNamesTheCallerAndItsIssuer() throws Exception {
    try (var other = RunningServer.startTls(yaml(mesh), clock.clocks(), service())) {
      var said =
          TestTls.as(alice)
              .call(
                  () -> {
                    try (var client = new HttpProbe(other.port(), Version.HTTP_2)) {
                      return client.call("alice", List.of());
                    }
                  });
      assertEquals(OK, said.reason());
      other.stop();
      var lines = other.audit().lines();
      assertTrue(lines.getLast().contains("\"caller\":\"mesh:" + ID + "\""), lines::toString);
      assertTrue(lines.getLast().contains("\"issuer\":\"mesh\""), lines::toString);
    }
  }

  @Test
  void aReloadWithoutTheAuthorityEndsWhatIsOpen() throws Exception {
    try (var other = RunningServer.startTls(yaml(mesh), clock.clocks(), service())) {
      try (var open = new Open(other, alice);
          var kept = new Open(other, host("alice.example"))) {
        assertTrue(other.reload(yaml(stranger)));
        open.awaitEnd("the client certificate is not valid here");
        assertEquals("host:alice.example", kept.socket.ask("hi"));
        assertEquals(NO_HANDSHAKE, one(other, alice));
        assertEquals(OK, one(other, stranger.issue(stranger.client("CN=a").uri(ID))));
      }
    }
  }

  @Test
  void anAuthorityThatIsAddedEndsNothing() throws Exception {
    try (var other = RunningServer.startTls(yaml(mesh), clock.clocks(), service());
        var open = new Open(other, alice)) {
      var both = file("both", stranger.pem() + mesh.pem());
      assertTrue(other.reload(yaml("client-ca: " + both)));
      assertEquals(OK, one(other, stranger.issue(stranger.client("CN=a").uri(ID))));
      assertEquals("mesh:" + ID, open.socket.ask("hi"));
      assertTrue(other.reload(yaml(stranger)));
      open.awaitEnd("the client certificate is not valid here");
    }
  }

  @Test
  void aChangedFileIsReadAgain() throws Exception {
    var own = file("own", mesh.pem());
    try (var other = RunningServer.startTls(yaml("client-ca: " + own), clock.clocks(), service());
        var open = new Open(other, alice)) {
      var _ = file("own", stranger.pem());
      open.awaitEnd("the client certificate is not valid here");
      assertEquals(OK, one(other, stranger.issue(stranger.client("CN=a").uri(ID))));
    }
  }

  @Test
  void whatIsOpenEndsWithItsCertificate() throws Exception {
    var passing = new ManualClock(clock.instant());
    var brief =
        mesh.client("CN=a")
            .uri(ID)
            .valid(passing.instant().minusSeconds(60), passing.instant().plusSeconds(600));
    try (var other = RunningServer.startTls(yaml(mesh), passing.clocks(), service());
        var open = new Open(other, mesh.issue(brief));
        var client = open.http()) {
      passing.advance(Duration.ofSeconds(590));
      assertEquals("mesh:" + ID, open.socket.ask("hi"));
      assertEquals(OK, client.call("alice", List.of()).reason());
      passing.advance(Duration.ofSeconds(15));
      open.awaitEnd("the client certificate expired");
      assertEquals("CERTIFICATE_EXPIRED", client.call("alice", List.of()).reason());
    }
  }

  @Test
  void whereItIsRequiredThereIsNoHandshakeWithoutOne() throws Exception {
    var required = "required: true, client-ca: " + file("required", mesh.pem());
    try (var other = RunningServer.startTls(yaml(required), clock.clocks(), service());
        var without = new HttpProbe(other.port(), Version.HTTP_1_1)) {
      assertEquals(OK, one(other, alice));
      var refused = assertThrows(IOException.class, () -> without.call("alice", List.of()));
      assertTrue(String.valueOf(refused).contains("certificate"), refused::toString);
    }
  }

  private static String one(RunningServer server, ServerCertificate identity) {
    return TestTls.as(identity)
        .call(
            () -> {
              try (var client = new HttpProbe(server.port(), Version.HTTP_1_1)) {
                return client.call("alice", List.of()).reason();
              } catch (IOException e) {
                return NO_HANDSHAKE;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** A socket and a gRPC stream of one client. */
  private static final class Open implements AutoCloseable {
    private final RunningServer server;
    private final ServerCertificate identity;
    private final TextSocket socket;
    private final ManagedChannel channel;
    private final BlockingClientCall<String, String> stream;

    Open(RunningServer server, ServerCertificate identity) throws Exception {
      this.server = server;
      this.identity = identity;
      socket = TestTls.as(identity).call(() -> TextSocket.open(server.port(), "/ws/alice"));
      channel = TestTls.as(identity).call(() -> TestTls.channel(server.port()).build());
      stream =
          ClientCalls.blockingBidiStreamingCall(
              channel, ProbeService.stream("alice"), CallOptions.DEFAULT);
      assertTrue(stream.write("hi"));
      assertEquals(socket.ask("hi"), stream.read());
    }

    HttpProbe http() throws Exception {
      var client = TestTls.as(identity).call(() -> new HttpProbe(server.port(), Version.HTTP_1_1));
      assertEquals(OK, client.call("alice", List.of()).reason());
      return client;
    }

    void awaitEnd(String why) throws Exception {
      assertEquals("closed 3000 " + why, socket.next());
      try {
        assertEquals(null, stream.read());
      } catch (StatusException e) {
        assertEquals(
            "UNAUTHENTICATED: " + why,
            e.getStatus().getCode() + ": " + e.getStatus().getDescription());
      }
    }

    @Override
    public void close() {
      socket.close();
      channel.shutdownNow();
    }
  }
}
