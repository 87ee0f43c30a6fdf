package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.oneport.api.Mount;
import dev.oneport.identity.ApiKey;
import dev.oneport.testing.AllClients;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebClient;
import dev.oneport.time.Clocks;
import dev.oneport.transport.http2.Await;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A revoked credential opens nothing more, and what it had opened ends, on every protocol. */
@Timeout(120)
final class RevocationTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String REVOKED = "ACCESS_TOKEN_REVOKED";
  private static final String CLOSED = "closed 3000 the credential was revoked";
  private static final MethodDescriptor<String, String> WAITING =
      ProbeService.method("Waiting/unary", MethodDescriptor.MethodType.UNARY);
  private static final String KEY = ApiKey.random();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    file = Files.createFile(folder.resolve("revocations.jsonl"));
  }

  enum Change {
    APPENDED,
    RENAMED,
    LINKED
  }

  @ParameterizedTest
  @EnumSource
  void aChangeOfTheFileIsHeard(Change change) throws Exception {
    var linked = folder.resolve("linked");
    Files.createSymbolicLink(linked, file);
    try (var server = start(change == Change.LINKED ? linked : file);
        var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/all", token("alice", "s", "j"));
        var other = TextSocket.open(server.port(), "/ws/all", token("bob", "t", "k"))) {
      assertEquals("OK", clients.call("all", bearer("alice", "s", "j")));
      var line = line("caller", "alice@example.com");
      switch (change) {
        case APPENDED -> revoke(line);
        case RENAMED -> {
          var fresh = Files.writeString(folder.resolve("fresh"), line);
          Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
        case LINKED -> {
          var fresh = Files.writeString(folder.resolve("fresh"), line);
          var link = Files.createSymbolicLink(folder.resolve("link"), fresh);
          Files.move(link, linked, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      assertEquals(CLOSED, socket.next());
      // The token was verified before, and is in the cache.
      assertEquals(REVOKED, clients.call("all", bearer("alice", "s", "j")));
      assertEquals(REVOKED, clients.call("all", bearer("alice", "new", "new")));
      assertEquals("OK", clients.call("all", bearer("bob", "t", "k")));
      assertEquals("bob@example.com", other.ask("x"));
    }
  }

  @ParameterizedTest(name = "by {0}")
  @CsvSource({
    "caller, alice@example.com",
    "session, s",
    "token-id, j",
    "issuer, test",
  })
  void everyKindOfOpenCallEnds(String trait, String value) throws Exception {
    try (var server = start(file);
        var socket = TextSocket.open(server.port(), "/ws/all", token("alice", "s", "j"));
        var stream = Stream.open(server.port(), token("alice", "s", "j"));
        var one = events(server, Version.HTTP_1_1);
        var two = events(server, Version.HTTP_2)) {
      revoke(line(trait, value));
      assertEquals(CLOSED, socket.next());
      assertEquals("UNAUTHENTICATED " + REVOKED, stream.end());
      for (var lines : List.of(one, two)) {
        assertThrows(
            IOException.class,
            () -> {
              while (lines.readLine() != null) {
                // Until it is cut off; a good end would be null.
              }
            });
      }
      server.stop();
      var ended =
          server.audit().lines().stream()
              .filter(line -> line.contains("\"event\":\"ended\""))
              .filter(line -> line.contains(REVOKED))
              .count();
      assertEquals(4, ended);
    }
  }

  @Test
  void itIsSaidInTheTermsOfHttp() throws Exception {
    try (var server = start(file)) {
      revoke(line("caller", "alice@example.com"));
      var token = token("alice", "s", "j");
      var request = "GET /all HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
      Await.until(
          "it is revoked",
          () -> {
            try {
              return RawHttp.send(server.port(), request).status() == 401;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      var answer = RawHttp.send(server.port(), request);
      assertTrue(
          answer
              .head()
              .contains(
                  "error=\"invalid_token\", error_description=\"the credential was revoked\""),
          answer::head);
      assertTrue(answer.body().contains("\"reason\":\"" + REVOKED + "\""), answer::body);
      server.stop();
      var cause = "test: it was revoked (caller alice@example.com, issued before ";
      assertTrue(
          server.audit().lines().stream().anyMatch(line -> line.contains(cause)),
          () -> server.audit().lines().toString());
    }
  }

  @Test
  void aSocketIsNotRenewedWithARevokedToken() throws Exception {
    try (var server = start(file);
        var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/all", token("alice", "s", "j"))) {
      revoke(line("token-id", "k"));
      Await.until(
          "it is revoked",
          () -> {
            try {
              return clients.call("all", bearer("alice", "s", "k")).equals(REVOKED);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      assertEquals("alice@example.com", socket.ask("x"));
      assertEquals("oneport-token: ok", socket.ask("oneport-token: " + token("alice", "s", "l")));
      // A renewed socket has the identity of its new token.
      revoke(line("token-id", "j"));
      assertEquals(CLOSED, socket.ask("oneport-token: " + token("alice", "s", "k")));
    }
  }

  @Test
  void aTokenThatIsIssuedLaterIsGood() throws Exception {
    try (var server = start(file, ", leeway: 0s");
        var clients = new AllClients(server.port())) {
      var before = Instant.now().minusSeconds(60);
      revoke("{\"caller\":\"alice@example.com\",\"before\":\"" + before + "\"}\n");
      var old = ISSUER.token().claim("iat", before.getEpochSecond() - 1);
      awaitRevoked(clients, List.of(HeaderField.bearer(old.sign())));
      assertEquals(
          REVOKED, clients.call("all", List.of(HeaderField.bearer(old.without("iat").sign()))));
      assertEquals("OK", clients.call("all", bearer("alice", "s", "j")));
    }
  }

  @Test
  void apiKeysAreRevokedByTheirCaller() throws Exception {
    var key = List.of(new HeaderField("x-api-key", KEY));
    try (var server = start(file);
        var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/all", new HeaderField("x-api-key", KEY))) {
      assertEquals("OK", clients.call("all", key));
      revoke("{\"caller\":\"key:billing\",\"before\":\"1970-01-01T00:00:00Z\"}\n");
      assertEquals(CLOSED, socket.next());
      assertEquals(REVOKED, clients.call("all", key));
      assertEquals("OK", clients.call("all", bearer("alice", "s", "j")));
    }
  }

  @Test
  void forwardedCallsEndToo() throws Exception {
    try (var server =
            RunningServer.startForwarded(
                yaml(file, ""), Clocks.system(), probes(), RevocationTest::mountEvents);
        var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/all", token("alice", "s", "j"));
        var stream = Stream.open(server.port(), token("alice", "s", "j"));
        var lines = events(server, Version.HTTP_1_1)) {
      assertEquals("OK", clients.call("all", bearer("alice", "s", "j")));
      revoke(line("session", "s"));
      assertEquals(CLOSED, socket.next());
      assertEquals("UNAUTHENTICATED " + REVOKED, stream.end());
      assertThrows(
          IOException.class,
          () -> {
            while (lines.readLine() != null) {
              // Until it is cut off.
            }
          });
      assertEquals(REVOKED, clients.call("all", bearer("alice", "s", "j")));
    }
  }

  /** They have no lease, because they are expected to be short. */
  @Test
  void callsWhoseHandlersDoNotAnswerEndToo() throws Exception {
    var entered = new CountDownLatch(4);
    var token = token("alice", "s", "j");
    try (var server =
            RunningServer.start(
                yaml(file, "")
                    .replace("HTTP GET /events", "[ HTTP GET /wait, GRPC Waiting/unary ]"),
                port -> mountWaiting(port, entered),
                probes());
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var stream = Stream.open(server.port(), token);
        var two = TestTls.http().build()) {
      var request = "GET /wait HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
      var onHttp = threads.submit(() -> RawHttp.send(server.port(), request).status());
      var onHttp2 =
          threads.submit(
              () ->
                  two.send(
                      HttpRequest.newBuilder(TestTls.uri("http", server.port(), "/wait"))
                          .version(Version.HTTP_2)
                          .header("Authorization", "Bearer " + token)
                          .build(),
                      BodyHandlers.ofString()));
      var unary =
          threads.submit(
              () ->
                  ClientCalls.blockingUnaryCall(
                      stream.channel(), WAITING, CallOptions.DEFAULT, "x"));
      var connect =
          threads.submit(
              () -> {
                try (var web = new WebClient(server.port(), Version.HTTP_1_1)) {
                  return web.send(
                      "POST",
                      "/Waiting/unary",
                      "application/proto",
                      new byte[0],
                      List.of(HeaderField.bearer(token)));
                }
              });
      Await.latch("all are in their handlers", entered);
      revoke(line("token-id", "j"));
      assertEquals(0, onHttp.get());
      assertThrows(ExecutionException.class, onHttp2::get);
      var ended = assertThrows(ExecutionException.class, unary::get);
      assertEquals("UNAUTHENTICATED", Status.fromThrowable(ended).getCode().name());
      var answer = connect.get();
      assertEquals(401, answer.statusCode());
      assertEquals(REVOKED, ConnectProbe.reason(answer.body()));
      server.stop();
      assertEquals(
          5,
          server.audit().lines().stream()
              .filter(line -> line.contains("\"event\":\"ended\"") && line.contains(REVOKED))
              .count(),
          () -> server.audit().lines().toString());
    }
  }

  private static void mountWaiting(Mount port, CountDownLatch entered) {
    port.http()
        .get(
            "/wait",
            (_, _) -> {
              entered.countDown();
              new CountDownLatch(1).await();
            });
    port.grpc(
        () ->
            ServerServiceDefinition.builder("Waiting")
                .addMethod(WAITING, ServerCalls.asyncUnaryCall((_, _) -> entered.countDown()))
                .build());
  }

  @Test
  void severalServersHear() throws Exception {
    try (var one = start(file);
        var other = start(file);
        var here = TextSocket.open(one.port(), "/ws/all", token("alice", "s", "j"));
        var there = TextSocket.open(other.port(), "/ws/all", token("alice", "s", "j"))) {
      revoke(line("issuer", "test"));
      assertEquals(CLOSED, here.next());
      assertEquals(CLOSED, there.next());
    }
  }

  @Test
  void whatWasRevokedBeforeTheStartIsRevoked() throws Exception {
    revoke(line("caller", "alice@example.com"));
    try (var server = start(file);
        var clients = new AllClients(server.port())) {
      assertEquals(REVOKED, clients.call("all", bearer("alice", "s", "j")));
    }
  }

  private void awaitRevoked(AllClients clients, List<HeaderField> headers) {
    Await.until(
        "it is revoked",
        () -> {
          try {
            return clients.call("all", headers).equals(REVOKED);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private void revoke(String line) throws IOException {
    Files.writeString(file, line, StandardOpenOption.APPEND);
  }

  private static String line(String trait, String value) {
    return "{\"%s\":\"%s\",\"before\":\"%s\"}\n".formatted(trait, value, Instant.now());
  }

  private static String token(String user, String session, String id) {
    return ISSUER
        .token()
        .claim("email", user + "@example.com")
        .claim("sid", session)
        .claim("jti", id)
        .sign();
  }

  private static List<HeaderField> bearer(String user, String session, String id) {
    return List.of(HeaderField.bearer(token(user, session, id)));
  }

  private RunningServer start(Path of) {
    return start(of, "");
  }

  private static RunningServer start(Path of, String more) {
    return RunningServer.start(yaml(of, more), probes(), RevocationTest::mountEvents);
  }

  private static ProbeService probes() {
    return new ProbeService(List.of("all"));
  }

  private static void mountEvents(Mount port) {
    port.http()
        .get(
            "/events",
            (_, response) -> {
              try (var events = response.sink(SseSink.TYPE)) {
                while (true) {
                  events.emit(SseEvent.create("tick"));
                  Thread.sleep(Duration.ofMillis(20));
                }
              }
            });
  }

  private static BufferedReader events(RunningServer server, Version version) throws Exception {
    var http = TestTls.http().build();
    var request =
        HttpRequest.newBuilder(TestTls.uri("http", server.port(), "/events"))
            .version(version)
            .header("Authorization", "Bearer " + token("alice", "s", "j"))
            .build();
    var answer = http.send(request, BodyHandlers.ofInputStream());
    assertEquals(200, answer.statusCode());
    var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.US_ASCII));
    assertEquals("data:tick", lines.readLine());
    return lines;
  }

  private static String yaml(Path file, String more) {
    return """
    shared: { revocations: { file: "%s"%s } }
    identity:
      issuers:
        test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
        machines: { kind: api-keys, keys: [ "%s" ], caller-prefix: "key:" }
    policy:
      rules:
        - { allow: [ authenticated ], route: %s }
        - { allow: [ authenticated ], route: HTTP GET /events }
    """
        .formatted(
            file,
            more,
            ISSUER.id(),
            ISSUER.jwks(),
            TestIssuer.AUDIENCE,
            ApiKey.of(KEY, "billing", List.of()).line(),
            ProbeService.routes("all"));
  }

  /** An open stream of gRPC. */
  private record Stream(
      ManagedChannel channel,
      BlockingClientCall<String, String> call,
      AtomicReference<Metadata> trailers)
      implements AutoCloseable {
    static Stream open(int port, String token) throws Exception {
      var trailers = new AtomicReference<Metadata>();
      var headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
      var channel =
          TestTls.channel(port)
              .intercept(
                  MetadataUtils.newAttachHeadersInterceptor(headers),
                  MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers))
              .build();
      var call =
          ClientCalls.blockingBidiStreamingCall(
              channel,
              ProbeService.stream("all"),
              CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
      call.write("x");
      assertNotNull(call.read());
      return new Stream(channel, call, trailers);
    }

    String end() throws Exception {
      var error = assertThrows(StatusException.class, call::read);
      var status = StatusProto.fromStatusAndTrailers(error.getStatus(), trailers.get());
      assertNotNull(status);
      return error.getStatus().getCode()
          + " "
          + status.getDetails(0).unpack(ErrorInfo.class).getReason();
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
