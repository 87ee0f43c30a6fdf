package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.ThrowingService;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each call is one span, whose names are those of OpenTelemetry's conventions. */
@Timeout(120)
final class SpansTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String SECRET = "a-secret-that-no-span-may-have";

  private final TestCollector collector = new TestCollector(Manner.ACCEPTS);

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void oneTraceGoesThroughAForwardOnEachProtocol() throws Exception {
    var traces = new TreeMap<String, String>();
    try (var behind =
            RunningServer.start(
                collector.yaml()
                    + "policy: { rules: [ { allow: [ anyone ], route: "
                    + ProbeService.routes("ok")
                    + " } ] }\n",
                new ProbeService(List.of("ok")));
        var front = RunningServer.start(collector.yaml() + front(behind.port()))) {
      for (var name : Probes.names()) {
        var trace = "%032x".formatted(traces.size() + 1);
        traces.put(name, trace);
        try (var client = Probes.of(name, front.port())) {
          assertEquals("OK", client.call("ok", parent(trace)).reason(), name);
        }
      }
    }
    for (var each : traces.entrySet()) {
      var spans = collector.spans().stream().filter(span -> isIn(span, each.getValue())).toList();
      assertEquals(2, spans.size(), each.getKey());
      var first = spans.stream().filter(SpansTest::continuesTheClients).findFirst().orElseThrow();
      var second = spans.stream().filter(span -> !span.equals(first)).findFirst().orElseThrow();
      assertEquals(first.getSpanId(), second.getParentSpanId(), each.getKey());
      for (var span : spans) {
        assertEquals(Span.SpanKind.SPAN_KIND_SERVER, span.getKind());
        assertEquals("vendor=1", span.getTraceState(), each.getKey());
      }
    }
    assertEquals(2, new HashSet<>(collector.resources()).size());
  }

  private static boolean continuesTheClients(Span span) {
    return TestCollector.hex(span.getParentSpanId()).equals(PARENT);
  }

  private static boolean isIn(Span span, String trace) {
    return TestCollector.hex(span.getTraceId()).equals(trace);
  }

  private static List<HeaderField> parent(String trace) {
    return List.of(
        new HeaderField("traceparent", "00-" + trace + "-" + PARENT + "-01"),
        new HeaderField("tracestate", "vendor=1"),
        new HeaderField("authorization", "Bearer " + SECRET));
  }

  private static String front(int port) {
    return """
        upstreams:
          http: { url: "http://127.0.0.1:%1$d", keep-host: true }
          grpc: { url: "h2c://127.0.0.1:%1$d" }
        forward:
          - { route: HTTP * /**, to: http }
          - { route: WS /**, to: http }
          - { route: GRPC **/*, to: grpc }
        policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /**, GRPC **/*, WS /** ] } ] }
        """
        .formatted(port);
  }

  /** A call, and all that its span has. */
  record Row(String client, String name, String expected) {
    @Override
    public String toString() {
      return client + " " + name;
    }
  }

  static Stream<Row> calls() {
    var allowed = " oneport.decision=allowed oneport.rule=test.yaml:3";
    var denied = " oneport.decision=denied oneport.reason=CREDENTIALS_MISSING";
    var http1 = " network.protocol.name=http network.protocol.version=1.1";
    var http2 = " network.protocol.name=http network.protocol.version=2";
    var rows = new ArrayList<Row>();
    for (var client : List.of("HTTP/1.1", "HTTP/2")) {
      var version = client.endsWith("2") && !TestTls.ON ? http2 : http1;
      rows.add(
          new Row(
              client,
              "ok",
              "GET /ok UNSET http.request.method=GET http.route=/ok url.path=/ok"
                  + " http.response.status_code=200 oneport.protocol=HTTP"
                  + version
                  + allowed));
      rows.add(
          new Row(
              client,
              "closed",
              "GET /closed UNSET http.request.method=GET http.route=/closed url.path=/closed"
                  + " http.response.status_code=401 oneport.protocol=HTTP"
                  + version
                  + denied));
      rows.add(
          new Row(
              client,
              "throws",
              "GET /throws ERROR http.request.method=GET http.route=/throws url.path=/throws"
                  + " http.response.status_code=500 error.type=500 oneport.protocol=HTTP"
                  + version
                  + allowed));
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aSpanHasTheAttributesOfItsConvention(Row row) throws Exception {
    check(row);
  }

  static Stream<Row> grpcCalls() {
    var rows = new ArrayList<Row>();
    for (var client : List.of("gRPC unary", "gRPC stream", "gRPC-Web", "Connect")) {
      var kind = client.equals("gRPC stream") ? "Stream" : "Unary";
      var version = client.startsWith("gRPC ") ? "2" : "1.1";
      var all =
          " oneport.protocol=GRPC network.protocol.name=http network.protocol.version=" + version;
      rows.add(
          new Row(
              client,
              "ok",
              "%1$s/ok UNSET rpc.system.name=grpc rpc.method=%1$s/ok rpc.response.status_code=OK oneport.decision=allowed oneport.rule=test.yaml:3"
                      .formatted(kind)
                  + all));
      rows.add(
          new Row(
              client,
              "closed",
              "%1$s/closed UNSET rpc.system.name=grpc rpc.method=%1$s/closed rpc.response.status_code=UNAUTHENTICATED oneport.decision=denied oneport.reason=CREDENTIALS_MISSING"
                      .formatted(kind)
                  + all));
      rows.add(
          new Row(
              client,
              "throws",
              "%1$s/throws ERROR rpc.system.name=grpc rpc.method=%1$s/throws rpc.response.status_code=INTERNAL error.type=INTERNAL oneport.decision=allowed oneport.rule=test.yaml:3"
                      .formatted(kind)
                  + all));
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("grpcCalls")
  void aSpanOfGrpcToo(Row row) throws Exception {
    check(row);
  }

  static Stream<Row> sockets() {
    var all =
        " http.request.method=GET oneport.protocol=WS network.protocol.name=http network.protocol.version=1.1";
    return Stream.of(
        new Row(
            "WebSocket",
            "ok",
            "GET /ws/ok UNSET http.route=/ws/ok url.path=/ws/ok http.response.status_code=101"
                + " oneport.websocket.close_code=1006 oneport.decision=allowed oneport.rule=test.yaml:3"
                + all),
        new Row(
            "WebSocket",
            "closed",
            "GET /ws/closed UNSET http.route=/ws/closed url.path=/ws/closed"
                + " http.response.status_code=401 oneport.decision=denied"
                + " oneport.reason=CREDENTIALS_MISSING"
                + all),
        new Row(
            "WebSocket",
            "throws",
            "GET /ws/throws ERROR http.route=/ws/throws url.path=/ws/throws"
                + " http.response.status_code=101 oneport.websocket.close_code=1011"
                + " error.type=1011 oneport.decision=allowed oneport.rule=test.yaml:3"
                + all));
  }

  @ParameterizedTest
  @MethodSource("sockets")
  void aSpanOfAWebSocketIsThatOfItsUpgradeAndLastsUntilItsEnd(Row row) throws Exception {
    check(row);
  }

  private void check(Row row) throws Exception {
    int port;
    var throwing = row.name().equals("throws");
    var service =
        throwing
            ? new ThrowingService(
                Map.of("throws", () -> new IllegalStateException(SECRET)), _ -> {})
            : new ProbeService(List.of(row.name()));
    try (var server =
        RunningServer.start(
            """
            policy:
              rules:
                - { allow: [ %s ], route: %s }
            identity: { issuers: { none: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email } } }
            """
                    .formatted(
                        row.name().equals("closed") ? "authenticated" : "anyone",
                        throwing ? ThrowingService.routes() : ProbeService.routes(row.name()),
                        ISSUER.id(),
                        ISSUER.jwks(),
                        TestIssuer.AUDIENCE)
                + collector.yaml(),
            service)) {
      port = server.port();
      try (var client = Probes.of(row.client(), port)) {
        var _ = client.call(row.name(), List.of());
      }
    }
    var span = assertOne(collector.spans());
    var attributes = new TreeMap<>(TestCollector.texts(span.getAttributesList()));
    assertEquals("127.0.0.1", attributes.remove("client.address"));
    assertEquals("127.0.0.1", attributes.remove("server.address"));
    assertEquals(String.valueOf(port), attributes.remove("server.port"));
    var agent = attributes.remove("user_agent.original");
    assertEquals(row.client().equals("WebSocket"), agent == null);
    if (row.client().startsWith("HTTP") || row.client().equals("WebSocket")) {
      assertEquals(TestTls.ON ? "https" : "http", attributes.remove("url.scheme"));
    }
    attributes.remove("oneport.messages.received");
    attributes.remove("oneport.messages.sent");
    assertEquals(sorted(row.expected()), sorted(shown(span, attributes)));
    assertTrue(span.getEndTimeUnixNano() >= span.getStartTimeUnixNano());
    assertEquals(0, span.getParentSpanId().size());
  }

  private static String shown(Span span, Map<String, String> attributes) {
    var status = span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR ? "ERROR" : "UNSET";
    var text = new StringBuilder(span.getName() + " " + status);
    attributes.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
    return text.toString();
  }

  private static Set<String> sorted(String words) {
    return new TreeSet<>(List.of(words.split(" ", -1)));
  }

  private static Span assertOne(List<Span> spans) {
    assertEquals(1, spans.size());
    return spans.getFirst();
  }

  /** The path of a route with variables, and what a client may hide anywhere else. */
  @Test
  void noSpanHasASecret() throws Exception {
    try (var server =
        RunningServer.start(
            collector.yaml()
                + """
                policy: { rules: [ { allow: [ anyone ], route: "HTTP GET /secrets/{one}" } ] }
                """,
            port -> port.http().get("/secrets/{one}", (_, response) -> response.send()))) {
      try (var client = Probes.of("HTTP/1.1", server.port())) {
        var _ =
            client.call(
                "secrets/" + SECRET + "?token=" + SECRET,
                List.of(
                    new HeaderField("authorization", "Bearer " + SECRET),
                    new HeaderField("cookie", "a=" + SECRET),
                    new HeaderField("baggage", "a=" + SECRET),
                    new HeaderField("referer", "https://x.test/" + SECRET)));
      }
    }
    var span = assertOne(collector.spans());
    assertEquals("GET /secrets/{one}", span.getName());
    assertFalse(span.toString().contains(SECRET), span::toString);
  }

  /** A stream of which the messages are counted by powers of two, and that its lease ends. */
  @ParameterizedTest
  @ValueSource(strings = {"gRPC", "WebSocket"})
  void messagesAndTheEndOfTheLeaseAreEvents(String protocol) throws Exception {
    int messages = 20;
    try (var server =
        RunningServer.start(
            "server: { max-call-duration: 1h }\n"
                + collector.yaml()
                + "policy: { rules: [ { allow: [ anyone ], route: "
                + ProbeService.routes("ok")
                + " } ] }",
            new ProbeService(List.of("ok")))) {
      if (protocol.equals("gRPC")) {
        stream(server.port(), messages, server);
      } else {
        socket(server.port(), messages, server);
      }
    }
    var events = assertOne(collector.spans()).getEventsList();
    var shown =
        events.stream()
            .map(event -> TestCollector.texts(event.getAttributesList()))
            .map(
                texts ->
                    texts.getOrDefault("oneport.message.direction", "")
                        + texts.getOrDefault("oneport.message.number", "")
                        + texts.getOrDefault("oneport.reason", ""))
            .toList();
    var expected = new ArrayList<String>();
    for (var number : List.of(1, 2, 4, 8, 16)) {
      expected.add("received" + number);
      expected.add("sent" + number);
    }
    expected.add("DRAINING");
    assertEquals(expected, shown);
    assertEquals("oneport.message", events.getFirst().getName());
    assertEquals("oneport.lease.ended", events.getLast().getName());
  }

  private static void stream(int port, int messages, RunningServer server) throws Exception {
    var channel = TestTls.channel(port).build();
    try {
      var answers = new LinkedBlockingQueue<String>();
      var requests =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(ProbeService.stream("ok"), CallOptions.DEFAULT),
              new StreamObserver<String>() {
                @Override
                public void onNext(String message) {
                  answers.add(message);
                }

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {}
              });
      for (int i = 0; i < messages; i++) {
        requests.onNext("x");
        assertEquals("", answers.poll(10, TimeUnit.SECONDS));
      }
      server.stop();
    } finally {
      channel.shutdownNow();
    }
  }

  private static void socket(int port, int messages, RunningServer server) throws Exception {
    try (var socket = TextSocket.open(port, "/ws/ok")) {
      for (int i = 0; i < messages; i++) {
        assertEquals("", socket.ask("x"));
      }
      server.stop();
      // A client that leaves first ends the call before the server does.
      assertTrue(String.valueOf(socket.next()).startsWith("closed 1001"));
    }
  }
}
