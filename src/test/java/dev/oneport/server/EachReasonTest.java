package dev.oneport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.oneport.api.Reason;
import dev.oneport.gate.GrpcProblem;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.ThrowingService;
import dev.oneport.testing.WebClient;
import dev.oneport.testing.WebReply;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each row of the error table says on every protocol what it says on the others. */
@TestInstance(Lifecycle.PER_CLASS)
final class EachReasonTest {
  private static final Duration DELAY = Duration.ofSeconds(7);

  private RunningServer server;

  @BeforeAll
  void start() {
    var thrown = new TreeMap<String, Supplier<? extends Exception>>();
    for (var reason : Reason.values()) {
      thrown.put(reason.name(), () -> GrpcProblem.of(reason, DELAY));
    }
    server =
        RunningServer.start(
            "policy: { rules: [ { allow: [ anyone ], route: %s } ] }"
                .formatted(ThrowingService.routes()),
            new ThrowingService(thrown, _ -> {}));
  }

  /** Each call has said in the audit what its client was told. */
  @AfterAll
  void stop() {
    server.close();
    Map<String, List<String>> codes =
        server.audit().lines().stream()
            .map(EachReasonTest::json)
            .filter(line -> line.getJsonObject("call").getString("event").equals("ended"))
            .filter(line -> !isUpstreams(line.getJsonObject("call")))
            .collect(
                Collectors.groupingBy(
                    line -> name(line.getJsonObject("call")),
                    TreeMap::new,
                    Collectors.mapping(
                        line ->
                            line.getJsonObject("call").getString("code")
                                + " "
                                + line.getString("severity"),
                        Collectors.toList())));
    assertEquals(Reason.values().length, codes.size(), codes::toString);
    codes.forEach(
        (name, said) -> {
          var reason = Reason.valueOf(name);
          var severity = reason == Reason.INTERNAL ? " ERROR" : " INFO";
          assertEquals(List.of(reason.code() + severity), said.stream().distinct().toList(), name);
        });
  }

  /** A path that only the upstream knows, or a socket that it closes itself, with any code. */
  private static boolean isUpstreams(JsonObject call) {
    var path = call.getString("path", "");
    return RunningServer.forwards() && (path.equals("/none") || path.startsWith("/ws/"));
  }

  /** The handler's name, which is the end of its route; a forwarded call has it in its path. */
  private static String name(JsonObject call) {
    return call.getString("path", call.getString("route")).replaceFirst(".*/", "");
  }

  @ParameterizedTest
  @EnumSource
  void onHttp(Reason reason) throws Exception {
    for (var version : Version.values()) {
      try (var client = client(version)) {
        var response = client.send("GET", "/" + reason, "", new byte[0], List.of());
        assertEquals(reason.http(), response.statusCode());
        problem(reason, new String(response.body(), UTF_8));
        headers(reason, response.headers());
        var closes = response.headers().firstValue("connection").orElse("").equals("close");
        // What an upstream does to its connection does not concern the client's.
        var closing = reason == Reason.DRAINING && version == Version.HTTP_1_1;
        assertEquals(closing && !RunningServer.forwards(), closes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void onAnUpgrade(Reason reason) throws Exception {
    var answer =
        RawHttp.send(
            server.port(),
            "GET /upgrade/"
                + reason
                + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    assertEquals(reason.http(), answer.status());
    problem(reason, answer.body());
    var headers =
        answer
            .head()
            .lines()
            .filter(line -> line.contains(":"))
            .map(line -> line.split(": ?", 2))
            .collect(Collectors.toMap(line -> line[0], line -> List.of(line[1])));
    headers(reason, HttpHeaders.of(headers, (_, _) -> true));
  }

  @ParameterizedTest
  @EnumSource
  void onAnOpenSocket(Reason reason) throws Exception {
    try (var socket = TextSocket.open(server.port(), "/ws/" + reason, "none")) {
      var closed = String.valueOf(socket.ask("hi"));
      var code = Integer.parseInt(closed.split(" ", 3)[1]);
      assertEquals(reason.webSocket(), code, closed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void onGrpc(Reason reason) throws Exception {
    var channel = TestTls.channel(server.port()).build();
    try {
      var method = ProbeService.unary(reason.name());
      var error =
          assertThrows(
              StatusRuntimeException.class,
              () -> ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, "hi"));
      assertEquals(reason.code(), error.getStatus().getCode().name());
      assertEquals(reason.text(), error.getStatus().getDescription());
      var status = StatusProto.fromThrowable(error);
      assertNotNull(status);
      assertEquals(
          reason.name(), status.getDetailsList().getFirst().unpack(ErrorInfo.class).getReason());
      assertEquals(
          reason.temporary(),
          status.getDetailsList().stream().anyMatch(detail -> detail.is(RetryInfo.class)));
    } finally {
      channel.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void onGrpcWebAndConnect(Reason reason) throws Exception {
    for (var version : Version.values()) {
      try (var client = client(version)) {
        var frame = WebReply.frame(new byte[1]);
        for (var type : List.of("application/grpc-web+proto", "application/grpc-web-text+proto")) {
          var body = type.contains("text") ? base64(frame) : frame;
          var reply = WebReply.of(client.post("/Unary/" + reason, type, body));
          assertEquals(reason.code(), reply.code().name());
          assertEquals(reason.name(), reply.info().getReason());
        }
        var response = client.post("/Unary/" + reason, "application/proto", new byte[1]);
        var code = json(new String(response.body(), UTF_8)).getString("code");
        assertEquals(reason.code().toLowerCase(Locale.ROOT), code);
        assertEquals(reason.name(), ConnectProbe.reason(response.body()));
        headers(reason, response.headers());
      }
    }
  }

  private static byte[] base64(byte[] bytes) {
    return Base64.getEncoder().encode(bytes);
  }

  private static void problem(Reason reason, String body) {
    var problem = json(body);
    assertEquals(reason.http(), problem.getInt("status"));
    assertEquals(reason.name(), problem.getString("reason"));
    assertEquals(reason.text(), problem.getString("detail"));
    assertEquals(reason == Reason.INTERNAL, body.contains("server failed"));
  }

  /** What goes with it wherever its status is one of HTTP. */
  private static void headers(Reason reason, HttpHeaders headers) {
    var challenge = headers.firstValue("www-authenticate").orElse("");
    assertEquals(Stream.of(401, 403).anyMatch(it -> it == reason.http()), !challenge.isEmpty());
    assertEquals(reason.temporary() ? "7" : "", headers.firstValue("retry-after").orElse(""));
    assertEquals(1, headers.allValues("content-type").size());
  }

  private WebClient client(Version version) throws Exception {
    var client = new WebClient(server.port(), version);
    // The first request of a client of HTTP/2 is one of HTTP/1.1 that wants to change.
    client.send("GET", "/none", "", new byte[0], List.of());
    return client;
  }

  private static JsonObject json(String body) {
    try (var reader = Json.createReader(new StringReader(body))) {
      return reader.readObject();
    }
  }
}
