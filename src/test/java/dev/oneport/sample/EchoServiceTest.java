package dev.oneport.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The sample service answers existing clients on every protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EchoServiceTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        roles: { caller: [ alice@example.com ] }
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
          - { allow: [ caller ], route: GRPC Echo/* }
          - { allow: [ caller ], route: WS /ws }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private RunningServer server = RunningServer.start(YAML, new EchoService());
  private ManagedChannel channel =
      NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  private EchoGrpc.EchoBlockingV2Stub echo = EchoGrpc.newBlockingV2Stub(channel);

  @BeforeAll
  void authenticate() {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ISSUER.token().sign());
    echo =
        echo.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withDeadlineAfter(1, TimeUnit.MINUTES);
  }

  @AfterAll
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void pingOverHttp(Version version) throws Exception {
    try (var client = HttpClient.newBuilder().version(version).build()) {
      var uri = URI.create("http://127.0.0.1:" + server.port() + "/ping");
      var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertEquals("{\"message\":\"pong\"}", response.body());
      assertEquals("application/json", response.headers().firstValue("content-type").orElseThrow());
      assertEquals(version, response.version());
    }
  }

  @Test
  void pingOverGrpc() throws Exception {
    assertEquals(PongResult.newBuilder().setMessage("pong").build(), echo.ping(ping("hi")));
  }

  @Test
  void watchSendsNumberedTicksFromTheRequestedOne() throws Exception {
    var call = echo.watch(WatchRequest.newBuilder().setCount(100).setFirst(7).build());
    var numbers = new ArrayList<Long>();
    for (Tick tick = call.read(); tick != null; tick = call.read()) {
      assertEquals("pong", tick.getMessage());
      numbers.add(tick.getNumber());
    }
    assertEquals(LongStream.range(7, 107).boxed().toList(), numbers);
  }

  @Test
  void watchWithoutACountContinuesUntilTheClientLeaves() throws Exception {
    var call = echo.watch(WatchRequest.newBuilder().setIntervalMs(1).build());
    for (int i = 0; i < 20; i++) {
      assertEquals(i, Objects.requireNonNull(call.read()).getNumber());
    }
    call.cancel("seen enough", null);
  }

  @Test
  void collectCountsWhatTheCallerSends() throws Exception {
    var call = echo.collect();
    for (var message : List.of("one", "zwei", "três")) {
      call.write(ping(message));
    }
    call.halfClose();
    assertEquals(CollectResult.newBuilder().setCount(3).setBytes(12).build(), call.read());
  }

  @Test
  void chatAnswersEachMessageBeforeTheNextIsSent() throws Exception {
    var call = echo.chat();
    for (long number = 1; number <= 50; number++) {
      call.write(ChatMessage.newBuilder().setNumber(number).setMessage("hi").build());
      assertEquals(
          ChatMessage.newBuilder().setNumber(number).setMessage("pong").build(), call.read());
    }
    call.halfClose();
    assertEquals(null, call.read());
  }

  @Test
  void grpcWithoutATokenIsRefused() {
    var stranger = EchoGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    var refused = assertThrows(StatusRuntimeException.class, () -> stranger.ping(ping("hi")));
    assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{\"message\":\"x\"}                | {\"request\":{\"message\":\"x\"},\"message\":\"pong\"}",
        "{\"message\":\"x\",\"more\":[1]}   | {\"request\":{\"message\":\"x\",\"more\":[1]},\"message\":\"pong\"}",
        "{\"message\":1}                    | {\"error\":\"send an object with a string member named message\"}",
        "{}                                 | {\"error\":\"send an object with a string member named message\"}",
        "[]                                 | {\"error\":\"that is not a JSON object\"}",
        "{\"message\":                      | {\"error\":\"that is not a JSON object\"}",
        "hello                              | {\"error\":\"that is not a JSON object\"}"
      },
      delimiter = '|')
  void pingOverWebSocket(String sent, String answered) throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", ISSUER.token().sign())) {
      assertEquals(answered, socket.ask(sent));
      assertEquals(
          "{\"request\":{\"message\":\"again\"},\"message\":\"pong\"}",
          socket.ask("{\"message\":\"again\"}"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"too deep, [, 2000", "a number that is too long, 9, 2000"})
  void unparsableMessagesAreAnsweredToo(String name, String part, int times) throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws", ISSUER.token().sign())) {
      var sent = "{\"message\":\"hi\",\"more\":" + part.repeat(times) + "}";
      assertEquals("{\"error\":\"that is not a JSON object\"}", socket.ask(sent), name);
    }
  }

  private static PingRequest ping(String message) {
    return PingRequest.newBuilder().setMessage(message).build();
  }
}
