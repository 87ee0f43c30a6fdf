package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebClient;
import dev.oneport.testing.WebReply;
import dev.oneport.time.Clocks;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How many messages and bytes a caller may send a second, on all protocols, forwarded as well. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamQuotaTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final int BURST = 4;

  /** More than the budget holds; it refills meanwhile, on a slow machine more than elsewhere. */
  private static final int SOME = 100;

  private static final int RATE = 64 << 10;
  private static final String LARGE = "x".repeat(RATE + RATE / 4);
  private static final Duration LEAST = Duration.ofMillis(250);
  private static final String LIMIT = "RESOURCE_EXHAUSTED";

  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - { allow: [ authenticated ], route: [ HTTP GET /p, HTTP POST /upload, GRPC Unary/p, GRPC Stream/p, GRPC Quota/Watch, WS /ws/p ] }
        quotas:
          - { for: [ "*@messages.test" ], messages-per-second: %d }
          - { for: [ "*@bytes.test" ], bytes-per-second: %d }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, BURST, RATE);

  private static final MethodDescriptor<StringValue, StringValue> WATCH =
      MethodDescriptor.newBuilder(
              ProtoUtils.marshaller(StringValue.getDefaultInstance()),
              ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setFullMethodName("Quota/Watch")
          .setType(MethodType.SERVER_STREAMING)
          .build();

  /** A client that sends messages on streams. */
  interface Sender {
    /** Sends a stream of one message or two; how it was answered. */
    String send(int port, String token, String text) throws Exception;
  }

  /** A way to send, to a server that has the services or to one that forwards. */
  record Row(String title, int messages, boolean forwarded, Sender sender) {
    Row(String title, Sender sender) {
      this(title, 1, false, sender);
    }

    @Override
    public String toString() {
      return title + (forwarded ? ", forwarded" : "");
    }
  }

  private static final class Routes implements Service {
    @Override
    public void mount(Mount port) {
      new ProbeService(List.of("p")).mount(port);
      port.http()
          .post(
              "/upload",
              (request, response) ->
                  response.send(
                      String.valueOf(request.content().inputStream().readAllBytes().length)));
      port.grpc(
          () ->
              ServerServiceDefinition.builder("Quota")
                  .addMethod(
                      WATCH,
                      ServerCalls.asyncServerStreamingCall(
                          (_, answer) -> {
                            answer.onNext(StringValue.of("seen"));
                            answer.onNext(StringValue.of("seen"));
                            answer.onCompleted();
                          }))
                  .build());
    }
  }

  private final RunningServer server = RunningServer.start(YAML, new Routes());
  private final RunningServer gateway =
      RunningServer.startForwarded(YAML, Clocks.system(), new Routes());

  @AfterAll
  void stop() {
    server.close();
    gateway.close();
  }

  private int port(Row row) {
    return row.forwarded() ? gateway.port() : server.port();
  }

  static Stream<Row> streams() {
    return both(
        new Row("a gRPC stream", 2, false, StreamQuotaTest::chat),
        new Row("server streams of gRPC", StreamQuotaTest::watch),
        new Row("gRPC-Web", (port, token, text) -> web(port, Version.HTTP_1_1, token, text)),
        new Row(
            "gRPC-Web on HTTP/2", (port, token, text) -> web(port, Version.HTTP_2, token, text)),
        new Row("Connect", (port, token, text) -> connect(port, Version.HTTP_1_1, token, text)),
        new Row(
            "Connect on HTTP/2", (port, token, text) -> connect(port, Version.HTTP_2, token, text)),
        new Row("WebSocket", StreamQuotaTest::socket));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void messagesBeyondTheLimitEndTheStream(Row row) throws Exception {
    var token = token(row + "@messages.test");
    for (int i = 0; i < BURST / row.messages(); i++) {
      assertEquals("OK", row.sender().send(port(row), token, "hi"));
    }
    var said = "OK";
    for (int i = 0; i < SOME && said.equals("OK"); i++) {
      said = row.sender().send(port(row), token, "hi");
    }
    assertEquals(LIMIT, said);
  }

  static Stream<Row> bodies() {
    return Stream.concat(
        streams(),
        both(
            new Row("HTTP/1.1", (port, token, text) -> post(port, Version.HTTP_1_1, token, text)),
            new Row("HTTP/2", (port, token, text) -> post(port, Version.HTTP_2, token, text)),
            new Row("a single gRPC call", StreamQuotaTest::unary)));
  }

  /** It takes the time that the limit says, however fast the machine is. */
  @ParameterizedTest
  @MethodSource("bodies")
  void bytesAreReadNoFasterThanTheLimit(Row row) throws Exception {
    var token = token(row + "@bytes.test");
    long began = System.nanoTime();
    assertEquals("OK", row.sender().send(port(row), token, LARGE));
    var took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(LEAST) >= 0, () -> "it took only " + took);
  }

  private static Stream<Row> both(Row... rows) {
    return Stream.of(rows)
        .flatMap(row -> Stream.of(row, new Row(row.title(), row.messages(), true, row.sender())));
  }

  private static String token(String name) {
    return ISSUER.token().claim("email", name.replaceAll("[ ,/]", "-")).sign();
  }

  private static String post(int port, Version version, String token, String text)
      throws Exception {
    try (var client = new WebClient(port, version)) {
      var answer = client.post("/upload", "text/plain", bytes(text), HeaderField.bearer(token));
      assertEquals(
          String.valueOf(text.length()), new String(answer.body(), StandardCharsets.UTF_8));
      return "OK";
    }
  }

  private static String web(int port, Version version, String token, String text) throws Exception {
    try (var client = new WebClient(port, version)) {
      var answer =
          client.post(
              "/Quota/Watch",
              "application/grpc-web+proto",
              WebReply.frame(StringValue.of(text).toByteArray()),
              HeaderField.bearer(token));
      return WebReply.of(answer).code().name();
    }
  }

  private static String connect(int port, Version version, String token, String text)
      throws Exception {
    try (var client = new WebClient(port, version)) {
      var answer =
          client.post(
              "/Quota/Watch",
              "application/connect+proto",
              WebReply.frame(StringValue.of(text).toByteArray()),
              HeaderField.bearer(token));
      var body = new String(answer.body(), StandardCharsets.UTF_8);
      return body.contains("\"code\":\"resource_exhausted\"") ? LIMIT : "OK";
    }
  }

  private static String socket(int port, String token, String text) throws Exception {
    try (var socket = TextSocket.open(port, "/ws/p", token)) {
      var answer = String.valueOf(socket.ask(text));
      if (answer.startsWith("closed 1013")) {
        return LIMIT;
      }
      socket.finish();
      return "OK";
    }
  }

  private static String chat(int port, String token, String text) throws Exception {
    return call(port, token, text, MethodType.BIDI_STREAMING, "Stream/p");
  }

  private static String watch(int port, String token, String text) {
    var channel = TestTls.channel(port).intercept(headers(token)).build();
    try {
      ClientCalls.blockingServerStreamingCall(
              channel, WATCH, CallOptions.DEFAULT, StringValue.of(text))
          .forEachRemaining(_ -> {});
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    } finally {
      channel.shutdownNow();
    }
  }

  private static String unary(int port, String token, String text) throws Exception {
    return call(port, token, text, MethodType.UNARY, "Unary/p");
  }

  private static String call(int port, String token, String text, MethodType type, String method)
      throws Exception {
    var channel = TestTls.channel(port).intercept(headers(token)).build();
    try {
      return call(channel, text, type, method);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ClientInterceptor headers(String token) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(metadata);
  }

  private static String call(ManagedChannel channel, String text, MethodType type, String method)
      throws InterruptedException {
    var ended = new ArrayBlockingQueue<String>(1);
    var call = channel.newCall(ProbeService.method(method, type), CallOptions.DEFAULT);
    var answers =
        new StreamObserver<String>() {
          @Override
          public void onNext(String message) {}

          @Override
          public void onError(Throwable error) {
            ended.add(Status.fromThrowable(error).getCode().name());
          }

          @Override
          public void onCompleted() {
            ended.add("OK");
          }
        };
    switch (type) {
      case BIDI_STREAMING -> {
        var requests = ClientCalls.asyncBidiStreamingCall(call, answers);
        requests.onNext(text);
        requests.onNext("");
        requests.onCompleted();
      }
      default -> ClientCalls.asyncUnaryCall(call, text, answers);
    }
    return String.valueOf(ended.poll(10, TimeUnit.SECONDS));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
