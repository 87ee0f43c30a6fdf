package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.oneport.api.Mount;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One call gets one answer and one audit line, however a client writes it. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class SameCallTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String GOOD = ISSUER.token().sign();
  private static final Metadata.Key<String> MORE =
      Metadata.Key.of("x-more", Metadata.ASCII_STRING_MARSHALLER);
  private static final PingRequest PING = PingRequest.newBuilder().setMessage("hi").build();
  private static final String PING_JSON = "{\"message\":\"hi\"}";
  private static final String PONG = "OK CgRwb25n";
  private static final String UNSUPPORTED = "HTTP 415 UNSUPPORTED_MEDIA_TYPE";
  private static final String CHANGING =
      "\"(time|userAgent|detail|protocol|latency|remoteIp|latencySeconds)\":(\"[^\"]*\"|[0-9.E-]+),?";

  private static final String YAML =
      """
      server: { grpc: { max-message-size: 1KiB }, web: { max-json-size: 1KiB }, max-header-size: 4KiB }
      identity:
        issuers:
          test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - allow: [ alice@example.com ]
            route: [ GRPC Same/Ping, GRPC Same/Status, GRPC Same/Mapped, GRPC Same/Fail, GRPC Same/Late,
                     GRPC Same/Never, GRPC Same/Left, GRPC Same/Any, GRPC Same/Unknown ]
          - { allow: [ bob@example.com ], route: GRPC Same/Closed }
      """
          .formatted(ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE);

  /** One call in words that all protocols have, and what comes of it. */
  static final class Row {
    final String name;
    final String method;
    final String said;
    final List<String> headers = new ArrayList<>();
    final Map<CallShape, String> others = new EnumMap<>(CallShape.class);
    private final Set<CallShape> not = EnumSet.noneOf(CallShape.class);
    byte[] message = PING.toByteArray();
    String json = PING_JSON;
    String token = GOOD;
    String timeout = "";
    String coding = "";
    String codec = "";
    int count = 1;

    private Row(String name, String method, String said) {
      this.name = name;
      this.method = method;
      this.said = said;
    }

    static Row of(String name, String method, String said) {
      return new Row(name, "Same/" + method, said);
    }

    Row token(String other) {
      token = other;
      return this;
    }

    Row message(Message other, String inJson) {
      return message(other.toByteArray(), inJson);
    }

    Row message(byte[] other, String inJson) {
      message = other;
      json = inJson;
      return this;
    }

    Row timeout(String other) {
      timeout = other;
      return this;
    }

    Row coding(String other) {
      coding = other;
      return this;
    }

    Row codec(String other) {
      codec = other;
      return this;
    }

    Row count(int messages) {
      count = messages;
      return this;
    }

    Row header(String field, String value) {
      headers.addAll(List.of(field, value));
      return this;
    }

    /** Says something else in some shapes, for a reason. */
    Row but(String why, String said, CallShape... shapes) {
      assertTrue(why.length() > 10);
      List.of(shapes).forEach(shape -> others.put(shape, said));
      return this;
    }

    /** Cannot be said in some shapes, for a reason. */
    Row not(String why, CallShape... shapes) {
      assertTrue(why.length() > 10);
      not.addAll(List.of(shapes));
      return this;
    }

    boolean can(CallShape shape) {
      return !not.contains(shape);
    }

    String said(CallShape shape) {
      return others.getOrDefault(shape, said);
    }

    String agent(CallShape shape) {
      return shape + " " + name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final Semaphore waiting = new Semaphore(0);
  private RunningServer server;

  @BeforeAll
  void start() {
    server = RunningServer.start(YAML, this::mount);
  }

  private void mount(Mount port) {
    port.errors(
        UnsupportedOperationException.class,
        _ -> Status.FAILED_PRECONDITION.withDescription("mapped").asRuntimeException());
    var same = ServerServiceDefinition.builder("Same");
    unary(same, "Ping", (_, answer) -> pong(answer));
    unary(same, "Closed", (_, answer) -> pong(answer));
    unary(same, "Status", (_, _) -> status());
    unary(same, "Mapped", (_, _) -> mapped());
    unary(same, "Fail", (_, _) -> fail());
    unary(same, "Late", (_, _) -> waitForNobody());
    unary(same, "Never", (_, _) -> {});
    unary(same, "Left", (_, _) -> waiting.release());
    var any = ProtoUtils.marshaller(Any.getDefaultInstance());
    same.addMethod(
        MethodDescriptor.newBuilder(any, any)
            .setFullMethodName("Same/Any")
            .setType(MethodType.UNARY)
            .build(),
        ServerCalls.asyncUnaryCall(SameCallTest::same));
    same.addMethod(
        MethodDescriptor.newBuilder(ProtoUtils.marshaller(PingRequest.getDefaultInstance()), any)
            .setFullMethodName("Same/Unknown")
            .setType(MethodType.UNARY)
            .build(),
        ServerCalls.asyncUnaryCall((_, answer) -> same(unknown(), answer)));
    port.grpc(same::build);
  }

  private static void unary(
      ServerServiceDefinition.Builder service,
      String name,
      BiConsumer<PingRequest, StreamObserver<PongResult>> handler) {
    service.addMethod(
        MethodDescriptor.newBuilder(
                ProtoUtils.marshaller(PingRequest.getDefaultInstance()),
                ProtoUtils.marshaller(PongResult.getDefaultInstance()))
            .setFullMethodName("Same/" + name)
            .setType(MethodType.UNARY)
            .build(),
        ServerCalls.asyncUnaryCall(handler::accept));
  }

  private static void pong(StreamObserver<PongResult> answer) {
    answer.onNext(PongResult.newBuilder().setMessage("pong").build());
    answer.onCompleted();
  }

  private static void same(Any any, StreamObserver<Any> answer) {
    answer.onNext(any);
    answer.onCompleted();
  }

  private static Any unknown() {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/example.Unknown")
        .setValue(ByteString.copyFromUtf8("x"))
        .build();
  }

  private static void status() {
    var trailers = new Metadata();
    trailers.put(MORE, "more");
    throw Status.ABORTED.withDescription("thrown").asRuntimeException(trailers);
  }

  private static void mapped() {
    throw new UnsupportedOperationException("a secret of the handler");
  }

  private static void fail() {
    throw new IllegalStateException("a secret of the handler");
  }

  private static void waitForNobody() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Row> rows() {
    var missing = "UNAUTHENTICATED CREDENTIALS_MISSING [a token is needed] ";
    var invalid = "INVALID_ARGUMENT BAD_REQUEST [the request is not valid] ";
    var badTimeout =
        Row.of("a timeout that is none", "Ping", invalid)
            .timeout("1x")
            .but(
                "Connect's errors name the header",
                "INVALID_ARGUMENT  [Connect-Timeout-Ms must be up to ten digits] ",
                connect());
    var unknownCoding = "UNIMPLEMENTED  [unknown message encoding] ";
    var codings = "the content may be in one of these encodings: gzip, identity";
    return Stream.of(
        Row.of("allowed", "Ping", PONG)
            .but("an answer in JSON", "OK {\"message\":\"pong\"}", json()),
        Row.of("no token", "Ping", missing).token(""),
        Row.of(
                "a token that is none",
                "Ping",
                "UNAUTHENTICATED ACCESS_TOKEN_INVALID [the token is not valid here] ")
            .token("a.b.c"),
        Row.of(
            "not allowed",
            "Closed",
            "PERMISSION_DENIED CALLER_NOT_ALLOWED [the caller may not call this] "),
        Row.of("unknown method", "None", "UNIMPLEMENTED  [unknown method] ")
            .but(
                "an HTTP status says it there (RFC 9110 section 15.5.5)",
                "HTTP 404 NOT_FOUND",
                web()),
        Row.of("no message of protobuf", "Ping", invalid).message(new byte[] {-1}, "{"),
        Row.of("an empty message", "Ping", PONG)
            .message(new byte[0], "{}")
            .but("an answer in JSON", "OK {\"message\":\"pong\"}", json()),
        Row.of("a status that is thrown", "Status", "ABORTED  [thrown] more"),
        Row.of("an exception with a mapping", "Mapped", "FAILED_PRECONDITION  [mapped] "),
        Row.of("an exception without one", "Fail", "INTERNAL INTERNAL [the server failed] "),
        Row.of("a deadline in a busy handler", "Late", "DEADLINE_EXCEEDED  [deadline exceeded] ")
            .timeout("100m"),
        Row.of("a deadline", "Never", "DEADLINE_EXCEEDED  [deadline exceeded] ").timeout("100m"),
        badTimeout,
        Row.of("a timeout that is none, no token", "Ping", missing).timeout("1x").token(""),
        Row.of(
                "a timeout that is none, not allowed",
                "Closed",
                "PERMISSION_DENIED CALLER_NOT_ALLOWED [the caller may not call this] ")
            .timeout("1x"),
        Row.of("metadata that is no base64", "Ping", invalid).header("x-bin", "!"),
        Row.of("metadata that is no base64, no token", "Ping", missing)
            .header("x-bin", "!")
            .token(""),
        Row.of("an unknown coding", "Ping", unknownCoding)
            .coding("br")
            .but(
                "Connect's errors name those that are known",
                "UNIMPLEMENTED  [" + codings + "] ",
                connect()),
        Row.of("an unknown coding, no token", "Ping", missing).coding("br").token(""),
        Row.of("compressed", "Ping", PONG)
            .coding("gzip")
            .but("an answer in JSON", "OK {\"message\":\"pong\"}", json()),
        Row.of("another codec", "Ping", UNSUPPORTED).codec("foo"),
        Row.of("another codec, no token", "Ping", "HTTP 401 CREDENTIALS_MISSING")
            .codec("foo")
            .token(""),
        Row.of(
                "too large",
                "Ping",
                "RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE [the message is too large] ")
            .message(
                PingRequest.newBuilder().setMessage("x".repeat(2000)).build(),
                "{\"message\":\"" + "x".repeat(2000) + "\"}"),
        Row.of("too large once it is decompressed for JSON alone", "Ping", PONG)
            .coding("gzip")
            .message(
                PingRequest.newBuilder().setMessage("x".repeat(2000)).build(),
                "{\"message\":\"" + "x".repeat(2000) + "\"}")
            .but(
                "JSON has one limit, which counts when it is decompressed",
                "RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE [the message is too large] ",
                json()),
        Row.of(
                "two messages",
                "Ping",
                "UNIMPLEMENTED BAD_REQUEST [the method takes exactly one message] ")
            .count(2)
            .not("the body is the message there", connect()),
        Row.of(
                "no message",
                "Ping",
                "UNIMPLEMENTED BAD_REQUEST [the method takes exactly one message] ")
            .count(0)
            .but(
                "an empty body is an empty message there",
                PONG,
                CallShape.PROTO_1,
                CallShape.PROTO_2)
            .but("an empty body is no JSON", invalid, json()),
        Row.of("an Any of a type that nobody knows", "Any", "OK " + base64(unknown()))
            .message(unknown(), "{\"@type\":\"type.googleapis.com/example.Unknown\"}")
            .but("JSON needs the type", invalid, json()),
        Row.of("an answer of a type that nobody knows", "Unknown", "OK " + base64(unknown()))
            .but("JSON needs the type", unconvertible(), json()));
  }

  /** Whose failure an answer is that JSON cannot express. */
  private static String unconvertible() {
    return RunningServer.forwards()
        ? "UNAVAILABLE UPSTREAM_UNAVAILABLE [the service behind this one cannot be reached] "
        : "INTERNAL INTERNAL [the server failed] ";
  }

  private static String base64(Message message) {
    return Base64.getEncoder().encodeToString(message.toByteArray());
  }

  private static CallShape[] json() {
    return new CallShape[] {CallShape.JSON_1, CallShape.JSON_2};
  }

  private static CallShape[] connect() {
    return Stream.of(CallShape.values()).filter(CallShape::isConnect).toArray(CallShape[]::new);
  }

  private static CallShape[] web() {
    return EnumSet.complementOf(EnumSet.of(CallShape.GRPC)).toArray(CallShape[]::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void everyShapeGetsTheSameAnswer(Row row) throws Exception {
    for (var shape : CallShape.values()) {
      if (row.can(shape)) {
        assertEquals(row.said(shape), shape.send(server.port(), row), () -> shape + ": " + row);
      }
    }
  }

  /** gRPC answers it with a status of its own; HTTP refuses it before it is routed. */
  @Test
  void metadataOverTheLimitIsRefusedInItsShape() throws Exception {
    var row =
        Row.of("large", "Ping", "RESOURCE_EXHAUSTED  [metadata too large] ")
            .header("x-large", "x".repeat(5000))
            .but(
                "an HTTP status says it there (RFC 6585 section 5)",
                "HTTP 431 REQUEST_HEADER_FIELDS_TOO_LARGE",
                web());
    everyShapeGetsTheSameAnswer(row);
  }

  /** A client that leaves has one line as well. */
  @ParameterizedTest
  @MethodSource("leaving")
  void aClientThatLeavesIsToldApart(CallShape shape) throws Exception {
    try (var _ = shape.begin(server.port(), left())) {
      assertTrue(waiting.tryAcquire(20, TimeUnit.SECONDS), "the handler was not called");
    }
  }

  static Stream<CallShape> leaving() {
    return Stream.of(CallShape.values());
  }

  private static Row left() {
    return Row.of("left", "Left", "");
  }

  @AfterAll
  void stop() {
    server.close();
    var unknown = new ArrayList<String>();
    var lines = new TreeMap<String, Map<String, List<String>>>();
    for (var line : server.audit().lines()) {
      try (var reader = Json.createReader(new StringReader(line))) {
        var json = reader.readObject();
        var agent = json.getJsonObject("httpRequest").getString("userAgent", "").split(" ", 2);
        if (line.contains("\"event\":\"started\"")) {
          // A forwarded method may be a stream.
          continue;
        }
        if (agent.length == 1) {
          var call = json.getJsonObject("call");
          unknown.add(
              "%s by %s %s"
                  .formatted(
                      call.getString("reason"),
                      call.getString("caller", ""),
                      call.getString("status")));
          continue;
        }
        lines
            .computeIfAbsent(agent[1], _ -> new TreeMap<>())
            .computeIfAbsent(agent[0], _ -> new ArrayList<>())
            .add(json.toString().replaceAll(CHANGING, "").replaceAll(judged(), ""));
      }
    }
    Stream.concat(rows(), Stream.of(left())).forEach(row -> audited(row, lines));
    // The metadata was not kept, so that nothing in these lines says who sent the request.
    assertEquals(CallShape.values().length, unknown.size());
    assertEquals(
        Set.of("BAD_REQUEST by  RESOURCE_EXHAUSTED", "BAD_REQUEST by  INVALID_ARGUMENT"),
        Set.copyOf(unknown));
  }

  /**
   * What a line says more if this server judged the call than if it forwarded it to the one that
   * did, which depends on the protocol.
   */
  private static String judged() {
    return RunningServer.forwards() ? ComparedLines.JUDGED : "(?!)";
  }

  /** Where the answers are the same the lines are; each call has one. */
  private static void audited(Row row, Map<String, Map<String, List<String>>> lines) {
    var found = lines.getOrDefault(row.name, Map.of());
    var expected = row.name.equals("unknown method") ? 0 : 1;
    var said = new TreeMap<String, String>();
    for (var shape : CallShape.values()) {
      var own = found.getOrDefault(shape.name(), List.of());
      assertEquals(row.can(shape) ? expected : 0, own.size(), () -> shape + " " + row + found);
      if (expected == 1 && row.can(shape)) {
        var before = said.putIfAbsent(row.said(shape), own.getFirst());
        assertEquals(before == null ? own.getFirst() : before, own.getFirst(), row.name);
      }
    }
  }
}
