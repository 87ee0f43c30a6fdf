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
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.WebReply;
import io.grpc.Status.Code;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC-Web and Connect byte by byte, on HTTP/1.1 and on HTTP/2. */
@ParameterizedClass
@EnumSource(
    value = Version.class,
    names = {"HTTP_1_1", "HTTP_2"})
final class WebAnswersTest {
  private final WebPort port;

  WebAnswersTest(Version version) {
    this.port = new WebPort(version);
  }

  @AfterEach
  void stop() {
    port.close();
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc-web, application/grpc-web+proto",
    "application/grpc-web+proto, application/grpc-web+proto",
    "Application/gRPC-Web+Proto, application/grpc-web+proto"
  })
  void grpcWebAnswersOneMessageAndAStatus(String asked, String answered) throws Exception {
    var response = port.post("/Echo/Ping", asked, WebReply.frame(PING), token());
    var reply = WebReply.of(response);
    assertEquals(answered, response.headers().firstValue("content-type").orElse(""));
    assertEquals("pong", PongResult.parseFrom(reply.messages().getFirst()).getMessage());
    assertEquals(Code.OK, reply.code());
    assertEquals(List.of("grpc-status"), List.copyOf(reply.trailers().keySet()));
  }

  @Test
  void grpcWebTextAnswersTheSameInBase64() throws Exception {
    var response =
        port.post("/Echo/Ping", "application/grpc-web-text", base64(WebReply.frame(PING)), token());
    var reply = WebReply.of(response);
    assertEquals(TEXT, response.headers().firstValue("content-type").orElse(""));
    assertEquals("pong", PongResult.parseFrom(reply.messages().getFirst()).getMessage());
    assertEquals(Code.OK, reply.code());
  }

  @Test
  void textMayComeInPiecesWithPaddingBetweenThem() throws Exception {
    var frame = WebReply.frame(PING);
    var pieces =
        base64(
            Arrays.copyOfRange(frame, 0, 1),
            Arrays.copyOfRange(frame, 1, 6),
            Arrays.copyOfRange(frame, 6, frame.length));
    assertEquals(Code.OK, WebReply.of(port.post("/Echo/Ping", TEXT, pieces, token())).code());
  }

  @ParameterizedTest
  @CsvSource({WEB, TEXT})
  void aStreamIsSeveralMessagesAndAStatus(String type) throws Exception {
    var frame = WebReply.frame(WatchRequest.newBuilder().setCount(3).build().toByteArray());
    var body = type.equals(TEXT) ? base64(frame) : frame;
    var reply = WebReply.of(port.post("/Echo/Watch", type, body, token()));
    var numbers = new ArrayList<Long>();
    for (var message : reply.messages()) {
      numbers.add(Tick.parseFrom(message).getNumber());
    }
    assertEquals(List.of(0L, 1L, 2L), numbers);
    assertEquals(Code.OK, reply.code());
  }

  @Test
  void aStreamWithoutAMessageIsAStatus() throws Exception {
    var reply = WebReply.of(port.post("/Odd/None", WEB, WebReply.frame(PING)));
    assertEquals(Code.OK, reply.code());
    assertTrue(reply.messages().isEmpty());
  }

  @Test
  void aRefusalIsAStatusInTheHeadersAlone() throws Exception {
    var response = port.post("/Echo/Ping", WEB, WebReply.frame(PING));
    var reply = WebReply.of(response);
    assertEquals(200, response.statusCode());
    assertEquals(0, response.body().length);
    assertEquals("16", response.headers().firstValue("grpc-status").orElse(""));
    assertEquals("CREDENTIALS_MISSING", reply.info().getReason());
    assertEquals("oneport.dev", reply.info().getDomain());
  }

  @Test
  void aTextThatNoHeaderCanCarryIsPercentEncoded() throws Exception {
    var trailers = WebReply.of(port.post("/Odd/Refuse", WEB, WebReply.frame(PING))).trailers();
    assertEquals("n%C3%B6: 100%25%0A", trailers.get("grpc-message"));
    assertEquals("why", trailers.get("x-text"));
  }

  @Test
  void aFailureInAStreamEndsItWithAStatus() throws Exception {
    var response = port.post("/Odd/OneThenFail", WEB, WebReply.frame(PING));
    var reply = WebReply.of(response);
    assertEquals("first", text(reply.messages().getFirst()));
    assertEquals(Code.INTERNAL, reply.code());
    assertFalse(text(response.body()).contains("secret"));
  }

  @Test
  void connectAnswersJsonWithJson() throws Exception {
    for (var type :
        List.of(JSON, "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"")) {
      var response = port.post("/Echo/Ping", type, "{\"message\":\"hi\"}".getBytes(UTF_8), token());
      assertEquals(200, response.statusCode());
      assertEquals("{\"message\":\"pong\"}", text(response.body()));
      assertEquals(JSON, response.headers().firstValue("content-type").orElse(""));
    }
  }

  @Test
  void fieldsThatAreNotKnownAreIgnored() throws Exception {
    var body = "{\"message\":\"hi\",\"other\":[{\"a\":1}]}".getBytes(UTF_8);
    assertEquals(200, port.post("/Echo/Ping", JSON, body, token()).statusCode());
  }

  @Test
  void connectAnswersProtoWithProto() throws Exception {
    for (var body : List.of(PING, new byte[0])) {
      var response = port.post("/Echo/Ping", PROTO, body, token());
      assertEquals("pong", PongResult.parseFrom(response.body()).getMessage());
      assertEquals(PROTO, response.headers().firstValue("content-type").orElse(""));
    }
  }

  @Test
  void aRefusalByConnectIsAnHttpStatusWithDetails() throws Exception {
    var response = port.post("/Echo/Ping", JSON, "{}".getBytes(UTF_8));
    assertEquals(401, response.statusCode());
    assertEquals(JSON, response.headers().firstValue("content-type").orElse(""));
    assertEquals(
        "Bearer realm=\"oneport\"", response.headers().firstValue("www-authenticate").orElse(""));
    assertTrue(
        text(response.body())
            .startsWith(
                "{\"code\":\"unauthenticated\",\"message\":\"a token is needed\",\"details\":["));
    assertFalse(text(response.body()).contains("="));
    assertEquals("CREDENTIALS_MISSING", ConnectProbe.reason(response.body()));
    assertTrue(
        response.headers().map().keySet().stream().noneMatch(name -> name.startsWith("trailer-")));
  }

  @Test
  void connectSendsTrailersAsHeaders() throws Exception {
    var response =
        port.post(
            "/Odd/Metadata",
            PROTO,
            PING,
            new HeaderField("x-text", "one"),
            new HeaderField("x-text", "two"),
            new HeaderField("x-data-bin", "AQ,Ag=="));
    assertEquals("ok", text(response.body()));
    for (var name : List.of("x-text", "trailer-x-text")) {
      assertEquals(List.of("one", "two"), response.headers().allValues(name), name);
    }
    for (var name : List.of("x-data-bin", "trailer-x-data-bin")) {
      assertEquals(List.of("AQ", "Ag"), response.headers().allValues(name), name);
    }
  }

  @Test
  void connectSendsTrailersOfAnErrorToo() throws Exception {
    var response = port.post("/Odd/Refuse", PROTO, PING);
    assertEquals(400, response.statusCode());
    assertEquals("why", response.headers().firstValue("trailer-x-text").orElse(""));
    assertEquals(
        "{\"code\":\"failed_precondition\",\"message\":\"n\u00f6: 100%\\n\"}",
        text(response.body()));
  }

  @Test
  void grpcWebSendsMetadataInHeadAndTrailers() throws Exception {
    var response =
        port.post(
            "/Odd/Metadata",
            WEB,
            WebReply.frame(PING),
            new HeaderField("x-text", "one"),
            new HeaderField("x-data-bin", "AQID"));
    assertEquals("one", response.headers().firstValue("x-text").orElse(""));
    assertEquals("AQID", WebReply.of(response).trailers().get("x-data-bin"));
  }

  /** What form a response has, its service does not know. */
  @ParameterizedTest
  @CsvSource({
    "Form, application/proto",
    "Form, application/grpc-web+proto",
    "Form, application/grpc-web-text+proto",
    "Forms, application/grpc-web+proto",
    "Forms, application/connect+proto"
  })
  void metadataSaysNothingOfTheFormOfAResponse(String method, String type) throws Exception {
    var framed = type.equals(PROTO) ? PING : WebReply.frame(PING);
    var body = type.equals(TEXT) ? base64(framed) : framed;
    for (var refused : List.of(false, true)) {
      var headers =
          refused ? new HeaderField[] {new HeaderField("x-text", "no")} : new HeaderField[0];
      var response = port.post("/Odd/" + method, type, body, headers);
      for (var name : OddMethods.FORM) {
        var values = response.headers().allValues(name);
        assertTrue(!values.contains("gzip") && values.size() <= 1, name + " " + values);
      }
    }
  }

  @Test
  void messagesAreCompressedBothWays() throws Exception {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write("ab".repeat(20).getBytes(UTF_8));
    }
    var frame = WebReply.frame(zipped.toByteArray());
    frame[0] = 1;
    var response =
        port.post(
            "/Odd/Zipped",
            WEB,
            frame,
            new HeaderField("grpc-encoding", "gzip"),
            new HeaderField("grpc-accept-encoding", "gzip"));
    assertEquals("gzip", response.headers().firstValue("grpc-encoding").orElse(""));
    assertTrue(response.body().length < 1000, () -> response.body().length + " bytes");
    assertEquals(1, response.body()[0]);
    var plain = port.post("/Odd/Zipped", WEB, WebReply.frame(new byte[] {'a', 'b'}));
    assertArrayEquals("ab".repeat(1000).getBytes(UTF_8), WebReply.of(plain).messages().getFirst());
  }

  @Test
  void aCallMayBeAnsweredLaterFromAnotherThread() throws Exception {
    assertEquals(
        "later",
        text(
            WebReply.of(port.post("/Odd/Later", WEB, WebReply.frame(PING))).messages().getFirst()));
    assertEquals("later", text(port.post("/Odd/Later", PROTO, PING).body()));
  }
}
