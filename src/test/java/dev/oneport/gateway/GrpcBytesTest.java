package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.RawFrame;
import dev.oneport.transport.http2.RawResponse;
import dev.oneport.transport.http2.RawServer;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes through a forwarded gRPC route arrives as it was sent, field by field and byte by byte.
 */
@Timeout(60)
final class GrpcBytesTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final String[] FAILED = {"grpc-status", "9"};

  private static List<String> lines(List<HeaderField> fields) {
    return fields.stream()
        .map(field -> field.name() + ": " + field.value())
        .filter(line -> !line.startsWith("date:"))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void theUpstreamGetsTheRequest(String name, String[] sent, List<String> arrives)
      throws Exception {
    var head = new CompletableFuture<List<String>>();
    try (var upstream =
            RawServer.http2(
                (peer, frame) -> {
                  head.complete(lines(peer.decode(frame)));
                  peer.headers(
                      frame.stream(),
                      true,
                      ":status",
                      "200",
                      "content-type",
                      "application/grpc",
                      "grpc-status",
                      "0");
                });
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client.call(1, "/a.b.C/D", sent).message(1, true);
      var response = client.response(1);
      assertEquals("0", response.trailer("grpc-status"), name);
      var expected =
          new ArrayList<>(
              List.of(
                  ":method: POST",
                  ":scheme: http",
                  ":path: /a.b.C/D",
                  ":authority: 127.0.0.1:" + upstream.port(),
                  "content-type: application/grpc",
                  "te: trailers"));
      expected.addAll(arrives);
      expected.addAll(
          List.of(
              "x-forwarded-for: 127.0.0.1",
              "x-forwarded-proto: " + (TestTls.ON ? "https" : "http"),
              "x-forwarded-host: localhost"));
      assertEquals(expected, head.get(5, TimeUnit.SECONDS));
    }
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        request("nothing more", fields()),
        request("duplicates, in their order", fields("b", "2", "a", "1", "b", "0")),
        request("an empty value", fields("a", "")),
        request("bytes above ASCII", fields("a", "caf\u00c3\u00a9")),
        request("binary", fields("x-bin", "AAEC/w")),
        request("binary, empty", fields("x-bin", "")),
        request("encodings", fields("grpc-encoding", "zstd", "grpc-accept-encoding", "zstd,br")),
        request(
            "what clients say of themselves", fields("user-agent", "grpc-x/1", "traceparent", "1")),
        request(
            "binary values that are joined", fields("x-bin", "AA,AQ"), "x-bin: AA", "x-bin: AQ"),
        request("binary with padding", fields("x-bin", "AA=="), "x-bin: AA"),
        request("a credential", fields("authorization", "Bearer x", "a", "b"), "a: b"),
        request(
            "where the client says that it is",
            fields("x-forwarded-for", "1.2.3.4", "x_forwarded_for", "5.6.7.8", "a", "b"),
            "a: b"),
        request("an issuer's header", fields("x-token", "x", "x_token", "y", "a", "b"), "a: b"),
        request(
            "an identity that the client claims",
            fields(
                "x-oneport-caller", "x", "x_oneport-caller", "y", "x-oneport-roles", "z", "a", "b"),
            "a: b"));
  }

  private static String[] fields(String... fields) {
    return fields;
  }

  private static Arguments request(String name, String[] sent, String... arrives) {
    var lines = new ArrayList<>(List.of(arrives));
    if (arrives.length == 0) {
      for (int i = 0; i < sent.length; i += 2) {
        lines.add(sent[i] + ": " + sent[i + 1]);
      }
    }
    return Arguments.of(name, sent, lines);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void theClientGetsTheAnswer(
      String name, Consumer<RawClient> answer, List<String> head, byte[] body, List<String> end)
      throws Exception {
    try (var upstream = RawServer.http2((peer, _) -> answer.accept(peer));
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client.call(1, "/a.b.C/D").message(1, true, HELLO);
      var response = client.response(1);
      var seen = new ArrayList<>(lines(response.head()));
      if (body.length == 0) {
        // The end is in the head if it comes before the head was written.
        seen.addAll(lines(response.trailers()));
        var all = new ArrayList<>(head);
        all.addAll(end);
        assertEquals(all, seen, name);
      } else {
        assertEquals(head, seen, name);
        assertEquals(end, lines(response.trailers()));
      }
      assertArrayEquals(body, response.body());
    }
  }

  static Stream<Arguments> answers() {
    var plain = List.of(":status: 200", "content-type: application/grpc");
    return Stream.of(
        answer("one message", s -> head(s).message(1, false, HELLO), plain, framed(0)),
        answer("a compressed one", s -> head(s).data(1, false, framed(1)), plain, framed(1)),
        answer(
            "compressed and not",
            s -> head(s).data(1, false, framed(1)).data(1, false, framed(0)),
            plain,
            both()),
        answer("no message", GrpcBytesTest::head, plain, new byte[0]),
        answer(
            "encodings and metadata",
            s ->
                head(
                        s,
                        "grpc-encoding",
                        "zstd",
                        "grpc-accept-encoding",
                        "br",
                        "b",
                        "1",
                        "a",
                        "2",
                        "b",
                        "0")
                    .data(1, false, framed(1)),
            List.of(
                ":status: 200",
                "content-type: application/grpc",
                "grpc-encoding: zstd",
                "grpc-accept-encoding: br",
                "b: 1",
                "a: 2",
                "b: 0"),
            framed(1)),
        Arguments.of(
            "trailers only",
            (Consumer<RawClient>)
                s ->
                    s.headers(
                        1,
                        true,
                        ":status",
                        "200",
                        "content-type",
                        "application/grpc",
                        "grpc-status",
                        "5",
                        "grpc-message",
                        "no%20such thing%25",
                        "x-bin",
                        "AAE"),
            List.of(
                ":status: 200",
                "content-type: application/grpc",
                "grpc-status: 5",
                "grpc-message: no such thing%25",
                "x-bin: AAE"),
            new byte[0],
            List.of()),
        Arguments.of(
            "trailers with details",
            (Consumer<RawClient>)
                s ->
                    head(s)
                        .headers(
                            1,
                            true,
                            "grpc-status",
                            "9",
                            "grpc-message",
                            "caf%C3%A9",
                            "grpc-status-details-bin",
                            "CAkSAWE",
                            "b",
                            "1",
                            "a",
                            "2",
                            "b",
                            "0"),
            plain,
            new byte[0],
            List.of(
                "grpc-status: 9",
                "grpc-message: caf%C3%A9",
                "grpc-status-details-bin: CAkSAWE",
                "b: 1",
                "a: 2",
                "b: 0")),
        Arguments.of(
            "a message and a failure",
            (Consumer<RawClient>) s -> head(s).data(1, false, framed(1)).headers(1, true, FAILED),
            plain,
            framed(1),
            List.of("grpc-status: 9")),
        Arguments.of(
            "messages and a failure",
            (Consumer<RawClient>) s -> head(s).data(1, false, both()).headers(1, true, FAILED),
            plain,
            both(),
            List.of("grpc-status: 9")),
        Arguments.of(
            "an answer before the request has ended",
            (Consumer<RawClient>) s -> head(s).headers(1, true, "grpc-status", "3"),
            plain,
            new byte[0],
            List.of("grpc-status: 3")));
  }

  private static Arguments answer(
      String name, Consumer<RawClient> script, List<String> head, byte[] body) {
    Consumer<RawClient> whole =
        s -> {
          script.accept(s);
          s.headers(1, true, "grpc-status", "0");
        };
    return Arguments.of(name, whole, head, body, List.of("grpc-status: 0"));
  }

  private static RawClient head(RawClient server, String... more) {
    var fields = new ArrayList<>(List.of(":status", "200", "content-type", "application/grpc"));
    fields.addAll(List.of(more));
    return server.headers(1, false, fields.toArray(String[]::new));
  }

  private static byte[] framed(int flag) {
    return RawClient.framed(flag, HELLO);
  }

  private static byte[] both() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(framed(1));
    bytes.writeBytes(framed(0));
    return bytes.toByteArray();
  }

  @Test
  void messagesArriveWithTheirFlags() throws Exception {
    var body = new CompletableFuture<byte[]>();
    try (var upstream =
            RawServer.http2(
                (peer, _) -> {
                  var bytes = new ByteArrayOutputStream();
                  RawFrame frame;
                  do {
                    frame = peer.awaitType(Frame.DATA);
                    bytes.writeBytes(frame.payload());
                  } while (!frame.endsStream());
                  body.complete(bytes.toByteArray());
                  head(peer).headers(1, true, "grpc-status", "0");
                });
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client
          .call(1, "/a.b.C/D", "grpc-encoding", "br")
          .data(1, false, framed(1))
          .data(1, true, framed(0));
      assertEquals("0", client.response(1).trailer("grpc-status"));
      assertArrayEquals(both(), body.get(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void theEndOfARequestComesWithItsLastMessage() throws Exception {
    var frames = new CompletableFuture<List<Boolean>>();
    try (var upstream =
            RawServer.http2(
                (peer, head) -> {
                  var ends = new ArrayList<>(List.of(head.endsStream()));
                  while (!ends.getLast()) {
                    ends.add(peer.awaitType(Frame.DATA).endsStream());
                  }
                  frames.complete(ends);
                  head(peer).headers(1, true, "grpc-status", "0");
                });
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client.call(1, "/a.b.C/D").message(1, true, HELLO);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      assertEquals(List.of(false, true), frames.get(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void aRequestWithoutMessagesReachesTheUpstream() throws Exception {
    try (var upstream =
            RawServer.http2(
                (peer, head) -> {
                  if (!head.endsStream()) {
                    assertEquals(0, peer.awaitType(Frame.DATA).payload().length);
                  }
                  head(peer).headers(1, true, "grpc-status", "0");
                });
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client.call(1, "/a.b.C/D").data(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aFailureHasItsStatus(String name, Consumer<RawClient> answer, String status)
      throws Exception {
    try (var upstream = RawServer.http2((peer, _) -> answer.accept(peer));
        var port =
            ForwardingPort.with(
                "url: \"h2c://127.0.0.1:"
                    + upstream.port()
                    + "\", first-byte-timeout: 500ms, idle-timeout: 1s");
        var client = port.raw()) {
      client.call(1, "/a.b.C/D").message(1, true, HELLO);
      RawResponse response = client.response(1);
      assertEquals(status, response.trailer("grpc-status"), name);
      assertTrue(client.isAlive());
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        fails("RST_STREAM CANCEL", s -> s.reset(1, ErrorCode.CANCEL), "1"),
        fails("RST_STREAM INTERNAL_ERROR", s -> s.reset(1, ErrorCode.INTERNAL_ERROR), "13"),
        fails("RST_STREAM NO_ERROR", s -> s.reset(1, ErrorCode.NO_ERROR), "13"),
        fails("RST_STREAM ENHANCE_YOUR_CALM", s -> s.reset(1, ErrorCode.ENHANCE_YOUR_CALM), "8"),
        fails("INADEQUATE_SECURITY", s -> s.reset(1, ErrorCode.INADEQUATE_SECURITY), "7"),
        fails(
            "REFUSED_STREAM behind a head", s -> head(s).reset(1, ErrorCode.REFUSED_STREAM), "14"),
        fails("the end of the connection", RawClient::close, "14"),
        fails("the end in the middle", s -> head(s).close(), "14"),
        fails("garbage", s -> s.bytes(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), "14"),
        fails("HTML", s -> s.headers(1, true, ":status", "200", "content-type", "text/html"), "14"),
        fails("503", s -> s.headers(1, true, ":status", "503"), "14"),
        fails("no status", s -> head(s).data(1, true), "14"),
        fails("half a message", s -> half(s).headers(1, true, "grpc-status", "0"), "14"),
        fails("a message with unknown flags", s -> head(s).data(1, false, framed(2)), "14"),
        fails("a message that is too large", s -> head(s).data(1, false, huge()), "8"),
        fails("binary metadata that are not", s -> head(s, "x-bin", "!!"), "14"),
        fails("no answer", _ -> {}, "4"),
        fails("an answer that does not go on", GrpcBytesTest::head, "4"));
  }

  private static Arguments fails(String name, Consumer<RawClient> script, String status) {
    return Arguments.of(name, script, status);
  }

  private static RawClient half(RawClient server) {
    return head(server).data(1, false, new byte[] {0, 0, 0, 0, 9, 1});
  }

  private static byte[] huge() {
    return new byte[] {0, 0x7F, 0, 0, 0, 1};
  }
}
