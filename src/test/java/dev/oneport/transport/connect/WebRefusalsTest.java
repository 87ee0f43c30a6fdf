package dev.oneport.transport.connect;

import static dev.oneport.transport.connect.WebPort.JSON;
import static dev.oneport.transport.connect.WebPort.PING;
import static dev.oneport.transport.connect.WebPort.PROTO;
import static dev.oneport.transport.connect.WebPort.TEXT;
import static dev.oneport.transport.connect.WebPort.WEB;
import static dev.oneport.transport.connect.WebPort.base64;
import static dev.oneport.transport.connect.WebPort.text;
import static dev.oneport.transport.connect.WebPort.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.WebReply;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be served over gRPC-Web or Connect is refused, and the next request is served. */
@ParameterizedClass
@EnumSource(
    value = Version.class,
    names = {"HTTP_1_1", "HTTP_2"})
final class WebRefusalsTest {
  private final WebPort port;

  WebRefusalsTest(Version version) {
    this.port = new WebPort(version);
  }

  @AfterEach
  void stop() {
    port.close();
  }

  /** A request that is refused, and how. */
  record Refused(
      String name,
      String path,
      String type,
      ByteString body,
      List<HeaderField> headers,
      String said) {
    @Override
    public String toString() {
      return name + " -> " + said;
    }
  }

  private static Refused row(
      String name, String path, String type, byte[] body, String said, HeaderField... headers) {
    return new Refused(name, path, type, ByteString.copyFrom(body), List.of(headers), said);
  }

  static Stream<Refused> refused() {
    var frame = WebReply.frame(PING);
    var flags = frame.clone();
    flags[0] = 2;
    var trailers = frame.clone();
    trailers[0] = (byte) 0x80;
    var zipped = frame.clone();
    zipped[0] = 1;
    var huge = new byte[] {0, 0x7F, -1, -1, -1};
    var negative = new byte[] {0, -1, -1, -1, -1};
    var large = new byte[100 * 1024 + 1];
    var json = "{\"message\":\"hi\"}".getBytes(UTF_8);
    return Stream.of(
        row("no content type", "/Echo/Ping", "", PING, "415"),
        row("text", "/Echo/Ping", "text/plain", json, "415"),
        row("a form", "/Echo/Ping", "application/x-www-form-urlencoded", json, "415"),
        row("gRPC in JSON", "/Odd/Fail", "application/grpc+json", frame, "415"),
        row(
            "JSON in another charset",
            "/Echo/Ping",
            "application/json; charset=utf-16",
            json,
            "415"),
        row("JSON for what is not protobuf", "/Odd/Later", JSON, json, "415"),
        row("JSON for a stream", "/Echo/Watch", JSON, json, "415"),
        row("proto for a stream", "/Echo/Watch", PROTO, PING, "415"),
        row("a stream for one answer", "/Echo/Ping", "application/connect+json", json, "415"),
        row("a client's stream", "/Echo/Collect", WEB, frame, "UNIMPLEMENTED"),
        row("a stream both ways", "/Echo/Chat", TEXT, base64(frame), "UNIMPLEMENTED"),
        row("no such method", "/Echo/Nothing", WEB, frame, "404"),
        row(
            "not JSON",
            "/Echo/Ping",
            JSON,
            "{\"message\":".getBytes(UTF_8),
            "400 invalid_argument BAD_REQUEST"),
        row("empty JSON", "/Echo/Ping", JSON, new byte[0], "400 invalid_argument BAD_REQUEST"),
        row(
            "JSON of another type",
            "/Echo/Ping",
            JSON,
            "{\"message\":{}}".getBytes(UTF_8),
            "400 invalid_argument BAD_REQUEST"),
        row("a list", "/Echo/Ping", JSON, "[]".getBytes(UTF_8), "400 invalid_argument BAD_REQUEST"),
        row(
            "JSON that is not UTF-8",
            "/Echo/Ping",
            JSON,
            new byte[] {'{', '"', -1, '"', '}'},
            "400 invalid_argument BAD_REQUEST"),
        row(
            "JSON that goes deep",
            "/Echo/Ping",
            JSON,
            ("{\"a\":" + "[".repeat(10_000)).getBytes(UTF_8),
            "400 invalid_argument BAD_REQUEST"),
        row(
            "JSON too large",
            "/Echo/Ping",
            JSON,
            ("{\"message\":\"" + "x".repeat(10_240) + "\"}").getBytes(UTF_8),
            "429 resource_exhausted MESSAGE_TOO_LARGE"),
        row(
            "not a message",
            "/Echo/Ping",
            PROTO,
            new byte[] {-1},
            "400 invalid_argument BAD_REQUEST"),
        row(
            "too large a message",
            "/Echo/Ping",
            PROTO,
            large,
            "429 resource_exhausted MESSAGE_TOO_LARGE"),
        row(
            "another Connect",
            "/Echo/Ping",
            JSON,
            json,
            "400 invalid_argument",
            new HeaderField("connect-protocol-version", "2")),
        row(
            "a time that is none",
            "/Echo/Ping",
            JSON,
            json,
            "400 invalid_argument",
            new HeaderField("connect-timeout-ms", "1s")),
        row(
            "a time that is too long",
            "/Echo/Ping",
            JSON,
            json,
            "400 invalid_argument",
            new HeaderField("connect-timeout-ms", "12345678901")),
        row(
            "metadata that is not base64",
            "/Echo/Ping",
            JSON,
            json,
            "400 invalid_argument BAD_REQUEST",
            new HeaderField("x-bin", "!")),
        row("no frame", "/Echo/Ping", WEB, new byte[0], "UNIMPLEMENTED BAD_REQUEST"),
        row("half a prefix", "/Echo/Ping", WEB, new byte[] {0, 0}, "INVALID_ARGUMENT BAD_REQUEST"),
        row(
            "half a message",
            "/Echo/Ping",
            WEB,
            Arrays.copyOf(frame, frame.length - 1),
            "INVALID_ARGUMENT BAD_REQUEST"),
        row("two messages", "/Echo/Ping", WEB, new byte[10], "UNIMPLEMENTED BAD_REQUEST"),
        row(
            "not a message in a frame",
            "/Echo/Ping",
            WEB,
            WebReply.frame(new byte[] {-1}),
            "INVALID_ARGUMENT BAD_REQUEST"),
        row("unknown flags", "/Echo/Ping", WEB, flags, "INVALID_ARGUMENT BAD_REQUEST"),
        row(
            "trailers of the client's",
            "/Echo/Ping",
            WEB,
            trailers,
            "INVALID_ARGUMENT BAD_REQUEST"),
        row("compressed and not said how", "/Echo/Ping", WEB, zipped, "INTERNAL BAD_REQUEST"),
        row(
            "compressed in another way",
            "/Echo/Ping",
            WEB,
            zipped,
            "INVALID_ARGUMENT BAD_REQUEST",
            new HeaderField("grpc-encoding", "gzip")),
        row(
            "an unknown message encoding",
            "/Echo/Ping",
            WEB,
            frame,
            "UNIMPLEMENTED",
            new HeaderField("grpc-encoding", "br")),
        row("2 GiB", "/Echo/Ping", WEB, huge, "RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE"),
        row("4 GiB", "/Echo/Ping", WEB, negative, "RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE"),
        row(
            "a frame too large",
            "/Echo/Ping",
            WEB,
            WebReply.frame(large),
            "RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE"),
        row(
            "a timeout that is none",
            "/Echo/Ping",
            WEB,
            frame,
            "INVALID_ARGUMENT BAD_REQUEST",
            new HeaderField("grpc-timeout", "soon")),
        row(
            "metadata that is no base64",
            "/Echo/Ping",
            WEB,
            frame,
            "INVALID_ARGUMENT BAD_REQUEST",
            new HeaderField("x-bin", "!")),
        row(
            "not base64",
            "/Echo/Ping",
            TEXT,
            "AAAA!AAA".getBytes(UTF_8),
            "INVALID_ARGUMENT BAD_REQUEST"),
        row(
            "base64 cut off",
            "/Echo/Ping",
            TEXT,
            "AAAAA".getBytes(UTF_8),
            "INVALID_ARGUMENT BAD_REQUEST"),
        row(
            "binary that says it is text",
            "/Echo/Ping",
            TEXT,
            frame,
            "INVALID_ARGUMENT BAD_REQUEST"),
        row("a handler that fails", "/Odd/Fail", WEB, frame, "INTERNAL INTERNAL"),
        row("a handler that fails for Connect", "/Odd/Fail", PROTO, PING, "500 internal INTERNAL"),
        row("no answer from the handler", "/Odd/Nothing", WEB, frame, "INTERNAL INTERNAL"),
        row(
            "a deadline",
            "/Odd/Never",
            WEB,
            frame,
            "DEADLINE_EXCEEDED",
            new HeaderField("grpc-timeout", "50m")),
        row(
            "a deadline in a busy handler",
            "/Odd/Sleeps",
            WEB,
            frame,
            "DEADLINE_EXCEEDED",
            new HeaderField("grpc-timeout", "50m")),
        row(
            "a deadline of Connect's",
            "/Odd/Never",
            PROTO,
            PING,
            "504 deadline_exceeded",
            new HeaderField("connect-timeout-ms", "50")),
        row(
            "a deadline that is over",
            "/Odd/Never",
            PROTO,
            PING,
            "504 deadline_exceeded",
            new HeaderField("connect-timeout-ms", "0")),
        row(
            "a deadline of a stream",
            "/Odd/OneThenSilence",
            WEB,
            frame,
            "DEADLINE_EXCEEDED",
            new HeaderField("grpc-timeout", "300m")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatCannotBeServedIsRefused(Refused row) throws Exception {
    var headers = Stream.concat(Stream.of(token()), row.headers().stream()).toList();
    var response =
        port.client().send("POST", row.path(), row.type(), row.body().toByteArray(), headers);
    assertEquals(row.said(), said(response));
    assertFalse(text(response.body()).contains("secret"));
    assertEquals(200, port.post("/Echo/Ping", PROTO, PING, token()).statusCode());
  }

  private static String said(HttpResponse<byte[]> response) throws Exception {
    if (response.statusCode() == 200) {
      var reply = WebReply.of(response);
      return (reply.code() + " " + reply.info().getReason()).strip();
    }
    var body = text(response.body());
    if (!body.contains("\"code\":\"")) {
      return String.valueOf(response.statusCode());
    }
    var code = body.replaceFirst(".*\"code\":\"(\\w+)\".*", "$1");
    return (response.statusCode() + " " + code + " " + ConnectProbe.reason(response.body()))
        .strip();
  }

  /** Which HTTP/1.1 cannot carry. */
  private static String grpc(HttpResponse<byte[]> response) {
    return response.version() == Version.HTTP_2 ? "application/grpc, " : "";
  }

  @Test
  void whatIsTakenIsSaidWhereSomethingElseIsRefused() throws Exception {
    for (var header : List.of("accept", "accept-post")) {
      var unary = port.post("/Echo/Ping", "text/plain", PING, token());
      assertEquals(
          grpc(unary)
              + "application/grpc-web+proto, application/grpc-web-text+proto, application/proto, application/json",
          unary.headers().firstValue(header).orElse(""));
      var stream = port.post("/Echo/Watch", JSON, PING, token());
      assertEquals(
          grpc(stream)
              + "application/grpc-web+proto, application/grpc-web-text+proto, application/connect+proto, application/connect+json",
          stream.headers().firstValue(header).orElse(""));
      assertTrue(text(stream.body()).contains("\"reason\":\"UNSUPPORTED_MEDIA_TYPE\""));
    }
    var get = port.client().send("GET", "/Echo/Ping", "", new byte[0], List.of());
    assertEquals(405, get.statusCode());
    assertEquals("POST, OPTIONS", get.headers().firstValue("allow").orElse(""));
  }
}
