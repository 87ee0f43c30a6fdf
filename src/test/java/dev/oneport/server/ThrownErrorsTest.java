package dev.oneport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.ThrowingService;
import dev.oneport.testing.WebClient;
import dev.oneport.testing.WebReply;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.helidon.http.HttpException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler throws means the same on every protocol, and what it does not say stays here. */
final class ThrownErrorsTest {
  private static final String SECRET = "a secret of the house";
  private static final int SECONDS = 10;
  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);

  private static final class NoSuchUser extends RuntimeException {}

  private static final class NoSuchAdmin extends IllegalStateException {}

  /** What is thrown and what is seen: HTTP, gRPC, close frame, audit code. */
  private record Row(
      String name,
      Supplier<? extends Exception> thrown,
      String http,
      String grpc,
      String close,
      String code) {}

  private static final List<Row> ROWS =
      List.of(
          row(
              "unknown",
              () -> new IllegalArgumentException(SECRET),
              "500 INTERNAL the server failed",
              "INTERNAL the server failed",
              "1011 the server failed",
              "INTERNAL"),
          row(
              "mapped",
              NoSuchUser::new,
              "404 NOT_FOUND no such user",
              "NOT_FOUND no such user",
              "1008 no such user",
              "NOT_FOUND"),
          row(
              "superclass",
              NoSuchAdmin::new,
              "409 NOT_NOW not now",
              "ABORTED not now",
              "1008 not now",
              "ABORTED"),
          row(
              "broken",
              () -> new UnsupportedOperationException(SECRET),
              "500 INTERNAL the server failed",
              "INTERNAL the server failed",
              "1011 the server failed",
              "INTERNAL"),
          row(
              "null",
              () -> new ArrayStoreException(SECRET),
              "500 INTERNAL the server failed",
              "INTERNAL the server failed",
              "1011 the server failed",
              "INTERNAL"),
          row(
              "status",
              () -> denied().asRuntimeException(trailers()),
              "403 PERMISSION_DENIED not yours",
              "PERMISSION_DENIED not yours why",
              "3003 not yours",
              "PERMISSION_DENIED"),
          row(
              "checked",
              () -> denied().asException(trailers()),
              "403 PERMISSION_DENIED not yours",
              "PERMISSION_DENIED not yours why",
              "3003 not yours",
              "PERMISSION_DENIED"),
          row(
              "wordless",
              Status.UNAUTHENTICATED::asRuntimeException,
              "401 UNAUTHENTICATED Unauthorized",
              "UNAUTHENTICATED",
              "3000",
              "UNAUTHENTICATED"),
          row(
              "deadline",
              Status.DEADLINE_EXCEEDED::asRuntimeException,
              "504 DEADLINE_EXCEEDED Gateway Timeout",
              "DEADLINE_EXCEEDED",
              "3008",
              "DEADLINE_EXCEEDED"),
          row(
              "fine",
              Status.OK::asRuntimeException,
              "500 INTERNAL the server failed",
              "INTERNAL the server failed",
              "1011 the server failed",
              "INTERNAL"));

  private final RunningServer server =
      RunningServer.start(
          "policy: { rules: [ { allow: [ anyone ], route: %s } ] }"
              .formatted(ThrowingService.routes()),
          service());

  private static Row row(
      String name,
      Supplier<? extends Exception> thrown,
      String http,
      String grpc,
      String close,
      String code) {
    return new Row(name, thrown, http, grpc, close, code);
  }

  private static Status denied() {
    return Status.PERMISSION_DENIED.withDescription("not yours");
  }

  private static Metadata trailers() {
    var trailers = new Metadata();
    trailers.put(TEXT, "why");
    return trailers;
  }

  private static Service service() {
    var thrown = new TreeMap<String, Supplier<? extends Exception>>();
    ROWS.forEach(row -> thrown.put(row.name(), row.thrown()));
    return new ThrowingService(thrown, ThrownErrorsTest::mappings);
  }

  private static void mappings(Mount port) {
    port.errors(
        NoSuchUser.class,
        _ -> Status.NOT_FOUND.withDescription("no such user").asRuntimeException());
    port.errors(IllegalStateException.class, _ -> notNow());
    port.errors(
        UnsupportedOperationException.class,
        e -> {
          throw new IllegalStateException(e);
        });
    port.errors(ArrayStoreException.class, _ -> nothing());
  }

  @SuppressWarnings("NullAway") // what a mapping should not, and can
  private static StatusRuntimeException nothing() {
    return null;
  }

  private static StatusRuntimeException notNow() {
    var info = ErrorInfo.newBuilder().setReason("NOT_NOW").setDomain("users.example.com");
    var retry = RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(7));
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.ABORTED_VALUE)
            .setMessage("not now")
            .addDetails(Any.pack(info.build()))
            .addDetails(Any.pack(retry.build()))
            .build());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void onHttpItIsAProblemOfThatStatus() throws Exception {
    for (var version : Version.values()) {
      try (var client = client(version)) {
        assertEquals(
            expected(Row::http),
            said(name -> problem(client.send("GET", "/" + name, "", new byte[0], List.of()))),
            version.name());
      }
    }
  }

  @Test
  void onGrpcItIsThatStatusWithItsTrailers() throws Exception {
    var channel = TestTls.channel(server.port()).build();
    try {
      assertEquals(expected(Row::grpc), said(name -> call(channel, ProbeService.unary(name))));
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void onGrpcWebAndConnectToo() throws Exception {
    for (var version : Version.values()) {
      try (var client = client(version)) {
        assertEquals(expected(Row::grpc), said(name -> web(client, name)), version.name());
        assertEquals(
            expected(row -> row.grpc().replaceFirst(" why$", "")),
            said(name -> connect(client, name)),
            version.name());
      }
    }
  }

  @Test
  void aStreamKeepsWhatItHasSentAndEndsWithTheStatus() throws Exception {
    var channel = TestTls.channel(server.port()).build();
    try {
      assertEquals(expected(Row::grpc), said(name -> stream(channel, ProbeService.stream(name))));
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void anOpenSocketIsClosedWithTheCodeThatMeansThat() throws Exception {
    assertEquals(
        expected(Row::close),
        said(
            name -> {
              try (var socket = TextSocket.open(server.port(), "/ws/" + name, "none")) {
                return String.valueOf(socket.ask("hi")).replace("closed ", "").strip();
              }
            }));
  }

  @Test
  void anUpgradeIsRefusedAsHttpWouldBe() throws Exception {
    assertEquals(expected(Row::http), said(name -> upgrade("/upgrade/" + name)));
  }

  /** The calls of the other tests are what is written down. */
  @Test
  @SuppressWarnings("JUnitMethodInvoked")
  void theAuditSaysWhatTheClientWasTold() throws Exception {
    onHttpItIsAProblemOfThatStatus();
    onGrpcItIsThatStatusWithItsTrailers();
    aStreamKeepsWhatItHasSentAndEndsWithTheStatus();
    onGrpcWebAndConnectToo();
    anOpenSocketIsClosedWithTheCodeThatMeansThat();
    anUpgradeIsRefusedAsHttpWouldBe();
    server.close();
    var expected = expected(row -> row.code() + severity(row.code()));
    int ended = 0;
    for (var line : server.audit().lines()) {
      var json = Json.createReader(new StringReader(line)).readObject();
      var call = json.getJsonObject("call");
      var name = call.getString("route").replaceFirst(".*/", "");
      if (call.getString("event").equals("ended")) {
        var severity = json.getString("severity");
        assertEquals(expected.get(name), call.getString("code") + " " + severity, line);
        ended++;
      }
    }
    assertEquals(ROWS.size() * 10, ended);
  }

  private static String severity(String code) {
    return code.equals("INTERNAL") ? " ERROR" : " INFO";
  }

  @Test
  void whatHasAnAnswerIsNotMetByTheMappingOfASuperclass() throws Exception {
    var thrown =
        Map.<String, Supplier<? extends Exception>>of(
            "http", () -> new HttpException(SECRET, io.helidon.http.Status.GONE_410),
            "status", Status.NOT_FOUND::asRuntimeException,
            "other", () -> new IllegalStateException(SECRET));
    var service =
        new ThrowingService(
            thrown,
            port -> port.errors(RuntimeException.class, _ -> Status.ABORTED.asRuntimeException()));
    try (var small =
            RunningServer.start(
                "policy: { rules: [ { allow: [ anyone ], route: %s } ] }"
                    .formatted(ThrowingService.routes()),
                service);
        var client = new WebClient(small.port(), Version.HTTP_1_1)) {
      assertEquals(410, client.send("GET", "/http", "", new byte[0], List.of()).statusCode());
      assertEquals(404, client.send("GET", "/status", "", new byte[0], List.of()).statusCode());
      assertEquals(409, client.send("GET", "/other", "", new byte[0], List.of()).statusCode());
    }
  }

  private WebClient client(Version version) throws Exception {
    var client = new WebClient(server.port(), version);
    // The first request of a client of HTTP/2 is one of HTTP/1.1 that wants to change.
    client.send("GET", "/none", "", new byte[0], List.of());
    return client;
  }

  private static String problem(HttpResponse<byte[]> response) {
    var problem = json(response.body());
    assertEquals(response.statusCode(), problem.getInt("status"));
    var headers = response.headers();
    assertEquals("application/problem+json", headers.firstValue("content-type").orElse(""));
    assertEquals("no-store", headers.firstValue("cache-control").orElse(""));
    assertEquals("yes", headers.firstValue("x-kept").orElse(""));
    assertFalse(headers.map().containsKey("etag"));
    assertFalse(headers.map().containsKey("content-encoding"));
    assertEquals(response.statusCode() == 401, headers.map().containsKey("www-authenticate"));
    assertEquals(
        response.statusCode() == 409 ? "7" : "", headers.firstValue("retry-after").orElse(""));
    return text(problem);
  }

  private static String text(JsonObject problem) {
    return problem.getInt("status")
        + " "
        + problem.getString("reason")
        + " "
        + problem.getString("detail");
  }

  private String upgrade(String path) throws Exception {
    var answer =
        RawHttp.send(
            server.port(),
            "GET "
                + path
                + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    assertEquals("application/problem+json", answer.header("content-type"));
    assertEquals("no-store", answer.header("cache-control"));
    var problem = json(answer.body().getBytes(UTF_8));
    assertEquals(answer.status(), problem.getInt("status"));
    return text(problem);
  }

  private static String call(ManagedChannel channel, MethodDescriptor<String, String> method) {
    try {
      return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, "hi");
    } catch (StatusRuntimeException e) {
      return text(e.getStatus(), Objects.requireNonNullElseGet(e.getTrailers(), Metadata::new));
    }
  }

  private static String text(Status status, Metadata trailers) {
    var words = new ArrayList<String>(List.of(status.getCode().name()));
    words.add(status.getDescription() == null ? "" : status.getDescription());
    words.add(trailers.containsKey(TEXT) ? trailers.get(TEXT) : "");
    return String.join(" ", words).strip();
  }

  private static String stream(ManagedChannel channel, MethodDescriptor<String, String> method)
      throws Exception {
    var heard = new ArrayBlockingQueue<String>(4);
    var call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(String message) {
            heard.add(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            heard.add(text(status, trailers));
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage("hi");
    assertEquals("first", heard.poll(SECONDS, TimeUnit.SECONDS));
    return String.valueOf(heard.poll(SECONDS, TimeUnit.SECONDS));
  }

  private static String web(WebClient client, String name) throws Exception {
    var reply =
        WebReply.of(
            client.post(
                "/Unary/" + name, "application/grpc-web+proto", WebReply.frame(new byte[1])));
    var message = reply.trailers().getOrDefault("grpc-message", "");
    var text = reply.trailers().getOrDefault("x-text", "");
    return (reply.code() + " " + message + " " + text).strip();
  }

  private static String connect(WebClient client, String name) throws Exception {
    var response = client.post("/Unary/" + name, "application/proto", new byte[1]);
    var error = json(response.body());
    assertEquals(
        name.equals("status") ? "why" : "",
        name.equals("status") ? response.headers().firstValue("trailer-x-text").orElse("") : "");
    return (error.getString("code").toUpperCase(Locale.ROOT) + " " + error.getString("message", ""))
        .strip();
  }

  private static JsonObject json(byte[] body) {
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      return reader.readObject();
    }
  }

  private Map<String, String> expected(Function<Row, String> what) {
    var expected = new LinkedHashMap<String, String>();
    ROWS.forEach(row -> expected.put(row.name(), what.apply(row)));
    return expected;
  }

  private interface Call {
    String of(String name) throws Exception;
  }

  private static Map<String, String> said(Call call) throws Exception {
    var said = new LinkedHashMap<String, String>();
    for (var row : ROWS) {
      said.put(row.name(), call.of(row.name()));
    }
    return said;
  }
}
