package dev.oneport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.grpc.BytesService;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forwarded gRPC calls are decided, leased, recorded and drained like all others. */
@Timeout(60)
final class ForwardedGrpcTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final Set<String> OURS =
      Set.of("x-oneport-caller", "x-oneport-issuer", "x-oneport-roles");

  private final List<Metadata> arrived = new CopyOnWriteArrayList<>();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CompletableFuture<Void> goOn = new CompletableFuture<>();
  private final ManualClock clock = new ManualClock(Instant.now());
  private final Server upstream = serve(0);
  private final RunningServer server = RunningServer.start(yaml(upstream.getPort()), clock);
  private final ManagedChannel channel = TestTls.channel(server.port()).build();

  private Server serve(int port) {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
              InsecureServerCredentials.create())
          .addService(BytesService.bidi(this::handle))
          .build()
          .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends each message back; waits with the answer to "wait", and never ends one to "stay". */
  private ServerCall.Listener<byte[]> handle(ServerCall<byte[], byte[]> call, Metadata headers) {
    arrived.add(headers);
    call.sendHeaders(new Metadata());
    call.request(10);
    return new ServerCall.Listener<>() {
      private String last = "";

      @Override
      public void onMessage(byte[] message) {
        last = new String(message, UTF_8);
        begun.countDown();
        if (last.equals("wait")) {
          goOn.join();
        }
        call.sendMessage(message);
        call.request(1);
      }

      @Override
      public void onHalfClose() {
        if (!last.equals("stay")) {
          call.close(Status.OK, new Metadata());
        }
      }

      @Override
      public void onCancel() {
        cancelled.countDown();
      }
    };
  }

  private static String yaml(int upstream) {
    return """
        server: { port: 0, host: 127.0.0.1 }
        upstreams:
          bytes: { url: "h2c://127.0.0.1:%d", first-byte-timeout: 2s }
        forward:
          - { route: GRPC test.*/*, to: bytes }
        identity:
          issuers:
            test:
              issuer: %s
              jwks: %s
              audiences: [ "%s" ]
              caller-claim: email
              algorithms: [ RS256 ]
        policy:
          roles:
            user: [ alice@example.com ]
          rules:
            - { allow: [ user ], route: GRPC test.Bytes/Call }
            - { allow: [ bob@example.com ], route: GRPC test.Bytes/Delete }
            - { allow: [ user ], route: GRPC test.Other/* }
        """
        .formatted(upstream, ISSUER.id(), JWKS, TestIssuer.AUDIENCE);
  }

  @AfterEach
  void stop() throws InterruptedException {
    goOn.complete(null);
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    upstream.shutdownNow();
  }

  private static String token(String caller) {
    return ISSUER.token().claim("email", caller).sign();
  }

  private String token(String caller, long seconds) {
    return ISSUER
        .token()
        .claim("email", caller)
        .claim("exp", clock.instant().getEpochSecond() + seconds)
        .sign();
  }

  private ClientCall<byte[], byte[]> call(MethodType kind, String token, String... metadata) {
    return call(channel, kind, token, metadata);
  }

  private static ClientCall<byte[], byte[]> call(
      ManagedChannel channel, MethodType kind, String token, String... metadata) {
    var headers = new Metadata();
    headers.put(key("authorization"), "Bearer " + token);
    for (int i = 0; i < metadata.length; i += 2) {
      headers.put(key(metadata[i]), metadata[i + 1]);
    }
    return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))
        .newCall(BytesService.method(kind), CallOptions.DEFAULT);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private byte[] ask(String token, String message, String... metadata) {
    return ClientCalls.blockingUnaryCall(
        call(MethodType.UNARY, token, metadata), message.getBytes(UTF_8));
  }

  private static String reason(StatusRuntimeException e) throws Exception {
    var status = StatusProto.fromThrowable(e);
    return status == null || status.getDetailsCount() == 0
        ? "none"
        : status.getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  private List<String> audit(String event) {
    return server.audit().lines().stream().filter(line -> line.contains(event)).toList();
  }

  @Test
  void theUpstreamIsToldWhoCallsAndNothingThatClientsSayOfIt() {
    assertArrayEquals(
        "x".getBytes(UTF_8),
        ask(
            token("alice@example.com"),
            "x",
            "x-oneport-caller",
            "eve",
            "x_oneport_caller",
            "eve",
            "X-OnePort-Roles",
            "admin",
            "other",
            "kept"));
    var headers = arrived.getFirst();
    assertEquals("alice@example.com", headers.get(key("x-oneport-caller")));
    assertEquals("user", headers.get(key("x-oneport-roles")));
    assertEquals("kept", headers.get(key("other")));
    assertFalse(headers.containsKey(key("authorization")));
    assertFalse(headers.containsKey(key("x_oneport_caller")));
    for (var name : OURS) {
      int count = 0;
      for (var _ : Objects.requireNonNull(headers.getAll(key(name)))) {
        count++;
      }
      assertEquals(1, count, name);
    }
  }

  @Test
  void aCallThatTheRulesRefuseNeverReachesTheUpstream() throws Exception {
    var failure =
        assertThrows(StatusRuntimeException.class, () -> ask(token("eve@example.com"), "x"));
    assertEquals("CALLER_NOT_ALLOWED", reason(failure));
    try (var raw = RawClient.connect(server.port())) {
      var bearer = "Bearer " + token("alice@example.com");
      // A rule for somebody else is about this one,
      assertEquals("7", status(raw, 1, "/test.Bytes/Delete", bearer));
      // no rule is about these, though they are forwarded,
      assertEquals("12", status(raw, 3, "/test.Bytes/Other", bearer));
      assertEquals("12", status(raw, 5, "/test.Third/Call", "Bearer x"));
      // and these are none.
      assertEquals("12", status(raw, 7, "/test.Bytes/Call?x=1", bearer));
      assertEquals("12", status(raw, 9, "/test.Bytes//Call", bearer));
      assertEquals("12", status(raw, 11, "/test.Bytes/%43all", bearer));
      assertEquals("12", status(raw, 13, "/test.Bytes/../Bytes/Call", bearer));
      // What the upstream does not know is its own answer.
      assertEquals("12", status(raw, 15, "/test.Other/Call", bearer));
    }
    assertEquals(List.of(), arrived);
  }

  private static String status(RawClient client, int stream, String path, String bearer) {
    client.call(stream, path, "authorization", bearer).message(stream, true);
    return client.response(stream).trailer("grpc-status");
  }

  @Test
  void aShortCallHasOneLineAndAStreamTwo() throws Exception {
    ask(token("alice@example.com"), "four");
    Await.until("it is recorded", () -> audit("test.Bytes").size() == 1);
    var line = audit("test.Bytes").getFirst();
    assertTrue(line.contains("\"bytesIn\":\"4\"") || line.contains("\"bytesIn\":4"), line);
    assertTrue(line.contains("alice@example.com"), line);
    var call = call(MethodType.BIDI_STREAMING, token("alice@example.com"));
    var answers = new CopyOnWriteArrayList<byte[]>();
    var end = listen(call, answers);
    call.sendMessage("a".getBytes(UTF_8));
    call.sendMessage("b".getBytes(UTF_8));
    Await.until("both are answered", () -> answers.size() == 2);
    Await.until("its begin is recorded", () -> audit("test.Bytes").size() == 2);
    call.halfClose();
    assertEquals(Status.Code.OK, end.get(5, TimeUnit.SECONDS).getCode());
    Await.until("its end is recorded", () -> audit("test.Bytes").size() == 3);
  }

  private static CompletableFuture<Status> listen(
      ClientCall<byte[], byte[]> call, List<byte[]> answers) {
    var end = new CompletableFuture<Status>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            answers.add(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(100);
    return end;
  }

  @Test
  void aStreamEndsWithItsTokenOnBothSides() throws Exception {
    var call = call(MethodType.BIDI_STREAMING, token("alice@example.com", 60));
    var answers = new CopyOnWriteArrayList<byte[]>();
    var end = listen(call, answers);
    call.sendMessage("a".getBytes(UTF_8));
    call.sendMessage("b".getBytes(UTF_8));
    Await.until("both are answered", () -> answers.size() == 2);
    clock.advance(Duration.ofSeconds(100));
    assertEquals(Status.Code.UNAUTHENTICATED, end.get(5, TimeUnit.SECONDS).getCode());
    assertTrue(cancelled.await(5, TimeUnit.SECONDS));
  }

  @Test
  void aStreamWithOneMessageEndsWithItsTokenToo() throws Exception {
    var call = call(MethodType.BIDI_STREAMING, token("alice@example.com", 60));
    var answers = new CopyOnWriteArrayList<byte[]>();
    var end = listen(call, answers);
    call.sendMessage("stay".getBytes(UTF_8));
    call.halfClose();
    Await.until("it is answered", () -> answers.size() == 1);
    Await.until("it is known as a stream", () -> audit("test.Bytes").size() == 1);
    clock.advance(Duration.ofSeconds(100));
    assertEquals(Status.Code.UNAUTHENTICATED, end.get(5, TimeUnit.SECONDS).getCode());
    assertTrue(cancelled.await(5, TimeUnit.SECONDS));
  }

  @Test
  void aShortCallIsNotCutByADrain() throws Exception {
    var answer = CompletableFuture.supplyAsync(() -> ask(token("alice@example.com"), "wait"));
    assertTrue(begun.await(5, TimeUnit.SECONDS));
    var stopping = Thread.ofVirtual().start(server::close);
    Await.until("the stop takes a while", () -> stopping.getState() != Thread.State.NEW);
    assertFalse(stopping.join(Duration.ofMillis(700)));
    goOn.complete(null);
    assertArrayEquals("wait".getBytes(UTF_8), answer.get(10, TimeUnit.SECONDS));
    stopping.join();
  }

  @Test
  void anUpstreamThatIsDownIsARowOfTheErrorTable() throws Exception {
    int port = upstream.getPort();
    upstream.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    var failure =
        assertThrows(StatusRuntimeException.class, () -> ask(token("alice@example.com"), "x"));
    assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
    assertEquals("UPSTREAM_UNAVAILABLE", reason(failure));
    Await.until("it is recorded", () -> !audit("UPSTREAM_UNAVAILABLE").isEmpty());
    assertTrue(audit("UPSTREAM_UNAVAILABLE").getFirst().contains("refused"));
    var again = serve(port);
    try {
      Await.until("it is found", () -> answers("x"));
    } finally {
      again.shutdownNow();
    }
  }

  private boolean answers(String message) {
    try {
      return ask(token("alice@example.com"), message).length == message.length();
    } catch (StatusRuntimeException e) {
      assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
      return false;
    }
  }

  @Test
  void anotherUpstreamIsUsedAfterAReload() throws Exception {
    ask(token("alice@example.com"), "x");
    var call = call(MethodType.BIDI_STREAMING, token("alice@example.com"));
    var answers = new CopyOnWriteArrayList<byte[]>();
    var end = listen(call, answers);
    call.sendMessage("a".getBytes(UTF_8));
    Await.until("it is answered", () -> answers.size() == 1);
    var other = serve(0);
    try {
      assertTrue(server.reload(yaml(other.getPort())));
      upstream.shutdown();
      ask(token("alice@example.com"), "x");
      call.sendMessage("b".getBytes(UTF_8));
      call.halfClose();
      assertEquals(Status.Code.OK, end.get(5, TimeUnit.SECONDS).getCode());
      assertEquals(2, answers.size());
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void gRpcWebAndConnectReachIt() throws Exception {
    try (var http = TestTls.http().build()) {
      var web =
          post(http, "application/grpc-web+proto", RawClient.framed(0, "web".getBytes(UTF_8)));
      assertEquals(200, web.statusCode());
      assertEquals("application/grpc-web+proto", web.headers().firstValue("content-type").get());
      assertTrue(new String(web.body(), UTF_8).startsWith("\0\0\0\0\3web"));
      assertTrue(new String(web.body(), UTF_8).contains("grpc-status: 0"));
      var connect = post(http, "application/proto", "connect".getBytes(UTF_8));
      assertEquals(200, connect.statusCode());
      assertEquals("connect", new String(connect.body(), UTF_8));
      assertEquals("alice@example.com", arrived.getLast().get(key("x-oneport-caller")));
      assertEquals(415, post(http, "text/plain", new byte[0]).statusCode());
    }
  }

  /** RFC 9110 section 7.6.1, where a call arrives in HTTP/1.1. */
  @ParameterizedTest
  @ValueSource(strings = {"application/grpc-web+proto", "application/proto"})
  void fieldsOfTheClientsConnectionAreNotMetadata(String type) throws Exception {
    var message = type.contains("web") ? "\0\0\0\0\1x" : "x";
    var answer =
        RawHttp.send(
            server.port(),
            """
            POST %s HTTP/1.1
            Host: localhost
            Connection: close, X-Hop, x-oneport-caller, authorization
            Authorization: Bearer %s
            X-Hop: mine
            HTTP2-Settings: x
            Kept: yes
            Content-Type: %s
            Content-Length: %d

            """
                    .formatted(
                        BytesService.PATH, token("alice@example.com"), type, message.length())
                    .replace("\n", "\r\n")
                + message);
    assertEquals(200, answer.status(), answer.head());
    var headers = arrived.getLast();
    assertEquals("yes", headers.get(key("kept")));
    assertEquals("alice@example.com", headers.get(key("x-oneport-caller")));
    for (var name : List.of("x-hop", "connection", "http2-settings", "authorization")) {
      assertFalse(headers.containsKey(key(name)), name);
    }
  }

  private HttpResponse<byte[]> post(HttpClient http, String type, byte[] body) throws Exception {
    var request =
        HttpRequest.newBuilder(TestTls.uri("http", server.port(), BytesService.PATH))
            .header("content-type", type)
            .header("authorization", "Bearer " + token("alice@example.com"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }
}
