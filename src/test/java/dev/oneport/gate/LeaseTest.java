package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.oneport.sample.EchoService;
import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.WatchRequest;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.MountedOnly;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was true when a call began stays true while it lasts, or the call ends. */
final class LeaseTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final Duration LONGEST = Duration.ofMinutes(20);
  private static final String PONG = "{\"request\":{\"message\":\"x\"},\"message\":\"pong\"}";

  private final AtomicReference<Metadata> trailers = new AtomicReference<>();
  private final ManualClock clock = new ManualClock(Instant.now());
  private final RunningServer server =
      RunningServer.start(yaml("[ alice@example.com, bob@example.com ]"), clock, new EchoService());
  private final ManagedChannel channel = TestTls.channel(server.port()).build();

  enum Stream {
    WATCH,
    COLLECT,
    CHAT
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void aSocketEndsWithItsTokenThoughNobodySends() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 60))) {
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofSeconds(89));
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofSeconds(2));
      assertEquals("closed 3000 the token expired", socket.next());
    }
  }

  @Test
  void aFreshTokenExtendsASocket() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 60))) {
      clock.advance(Duration.ofSeconds(50));
      assertEquals(
          "oneport-token: ok", socket.ask("oneport-token: " + token("alice@example.com", 600)));
      clock.advance(Duration.ofSeconds(500));
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
      clock.advance(Duration.ofSeconds(200));
      assertEquals("closed 3000 the token expired", socket.next());
    }
  }

  @Test
  void anotherCallersTokenEndsASocket() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 60))) {
      assertEquals(
          "closed 3003 the caller may not call this",
          socket.ask("oneport-token: " + token("bob@example.com", 60)));
    }
  }

  @Test
  void aBadTokenEndsASocket() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 60))) {
      assertEquals("closed 3000 the token is not valid here", socket.ask("oneport-token: a.b.c"));
    }
  }

  @Test
  void aSocketEndsWhenAReloadNoLongerAllowsIt() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 600))) {
      assertTrue(server.reload(yaml("[ bob@example.com ]")));
      assertEquals("closed 3003 the caller may not call this", socket.next());
    }
  }

  @Test
  void aSocketStaysWhenAReloadStillAllowsIt() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 600));
        var other = TextSocket.open(server.port(), "/ws", token("bob@example.com", 600))) {
      assertTrue(server.reload(yaml("[ alice@example.com ]")));
      assertEquals("closed 3003 the caller may not call this", other.next());
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
    }
  }

  @Test
  void aSocketEndsWhenItsIssuerIsTrustedNoMore() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 600))) {
      assertTrue(
          server.reload(
              yaml("[ alice@example.com ]").replace("clock-skew: 30s", "clock-skew: 29s")));
      assertEquals("closed 3000 the token is not valid here", socket.next());
    }
  }

  @MountedOnly
  @Test
  void aReloadThatIsWrongChangesNothing() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 600))) {
      assertTrue(!server.reload(yaml("[ alice@example.com ]").replace("WS /ws", "WS /nowhere")));
      assertEquals(PONG, socket.ask("{\"message\":\"x\"}"));
    }
  }

  @Test
  void noSocketLastsLongerThanAnyCallMay() throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", token("alice@example.com", 3000))) {
      clock.advance(LONGEST.plusSeconds(1));
      assertEquals("closed 1013 too much at once; try again later", socket.next());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noGrpcStreamLastsLongerThanAnyCallMay(Stream stream) throws Exception {
    var call = open(stream, token("alice@example.com", 3000));
    clock.advance(LONGEST.plusSeconds(1));
    assertEquals("RESOURCE_EXHAUSTED LIMIT_EXCEEDED", end(call));
  }

  @ParameterizedTest
  @EnumSource
  void aGrpcStreamEndsWithItsTokenThoughNobodySends(Stream stream) throws Exception {
    var call = open(stream, token("alice@example.com", 60));
    clock.advance(Duration.ofSeconds(91));
    assertEquals("UNAUTHENTICATED ACCESS_TOKEN_EXPIRED", end(call));
  }

  @ParameterizedTest
  @EnumSource
  void aGrpcStreamEndsWhenAReloadNoLongerAllowsIt(Stream stream) throws Exception {
    var call = open(stream, token("alice@example.com", 600));
    assertTrue(server.reload(yaml("[ bob@example.com ]")));
    assertEquals("PERMISSION_DENIED CALLER_NOT_ALLOWED", end(call));
  }

  private BlockingClientCall<?, ?> open(Stream stream, String token) throws Exception {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    var echo =
        EchoGrpc.newBlockingV2Stub(channel)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers))
            .withDeadlineAfter(30, TimeUnit.SECONDS);
    var opened =
        switch (stream) {
          case WATCH -> {
            var call =
                echo.watch(WatchRequest.newBuilder().setCount(2).setIntervalMs(60_000).build());
            assertEquals(0, Objects.requireNonNull(call.read()).getNumber());
            yield call;
          }
          case COLLECT -> {
            var call = echo.collect();
            call.write(PingRequest.getDefaultInstance());
            yield call;
          }
          case CHAT -> {
            var call = echo.chat();
            call.write(ChatMessage.newBuilder().setNumber(1).build());
            assertEquals(1, Objects.requireNonNull(call.read()).getNumber());
            yield call;
          }
        };
    if (RunningServer.forwards()) {
      // A call of an unknown kind becomes a stream after a second.
      clock.advance(Duration.ofSeconds(2));
    }
    // A lease that opens later counts from then on.
    server.awaitLeases(1);
    return opened;
  }

  /** The blocking stub keeps the trailers of a stream to itself. */
  private String end(BlockingClientCall<?, ?> call) throws Exception {
    var error = assertThrows(StatusException.class, call::read);
    var status =
        Objects.requireNonNull(
            StatusProto.fromStatusAndTrailers(error.getStatus(), trailers.get()));
    assertTrue(status.getDetailsCount() > 0, status::toString);
    return error.getStatus().getCode()
        + " "
        + status.getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  private String token(String caller, long seconds) {
    var now = clock.instant().getEpochSecond();
    return ISSUER
        .token()
        .claim("email", caller)
        .claim("iat", now)
        .claim("exp", now + seconds)
        .sign();
  }

  private static String yaml(String members) {
    return """
    server: { max-call-duration: %ds }
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, clock-skew: 30s }
    policy:
      roles: { caller: %s }
      rules:
        - { allow: [ anyone ], route: [ HTTP GET /ping, HTTP GET /metrics ] }
        - { allow: [ caller ], route: GRPC Echo/* }
        - { allow: [ caller ], route: WS /ws }
    """
        .formatted(LONGEST.toSeconds(), ISSUER.id(), JWKS, TestIssuer.AUDIENCE, members);
  }
}
