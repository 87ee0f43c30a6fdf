package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.oneport.transport.http1.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** permessage-deflate (RFC 7692). */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class CompressionTest {
  private static final int RSV1 = 0x40;
  private static final int MOST = 300_000;

  private SocketFixture server;

  @BeforeAll
  void start() {
    server = start(new Compression(true, 0));
  }

  private static SocketFixture start(Compression compression) {
    var seconds = Duration.ofSeconds(15);
    return SocketFixture.start(
        new WebSocketLimits(
            10,
            MOST,
            MOST,
            MOST,
            seconds,
            seconds,
            Duration.ZERO,
            2,
            new Origins.Any(),
            compression),
        Recorder::new);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<Arguments> offers() {
    var none = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    return Stream.of(
        arguments("the plain offer", "permessage-deflate", none),
        arguments("a client's window", "permessage-deflate; client_max_window_bits", none),
        arguments("a client's window of 10", "permessage-deflate; client_max_window_bits=10", none),
        arguments(
            "a server's window of 15",
            "permessage-deflate; server_max_window_bits=15",
            none + "; server_max_window_bits=15"),
        arguments(
            "a server's window of 9",
            "permessage-deflate; server_max_window_bits=9",
            none + "; server_max_window_bits=9"),
        arguments(
            "a quoted window",
            "permessage-deflate; server_max_window_bits=\"10\"",
            none + "; server_max_window_bits=10"),
        arguments("a server that forgets", "permessage-deflate; server_no_context_takeover", none),
        arguments("a client that forgets", "permessage-deflate; client_no_context_takeover", none),
        arguments("blanks and capitals", "PerMessage-Deflate ;client_max_window_bits", none),
        arguments("a second offer", "permessage-deflate; x=1, permessage-deflate", none),
        arguments("after another extension", "x-foo, permessage-deflate", none),
        arguments("an unknown parameter", "permessage-deflate; x", ""),
        arguments(
            "a parameter twice",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            ""),
        arguments(
            "a value where there is none", "permessage-deflate; server_no_context_takeover=1", ""),
        arguments("a window without a value", "permessage-deflate; server_max_window_bits", ""),
        arguments("a window of 7", "permessage-deflate; server_max_window_bits=7", ""),
        arguments("a window of 16", "permessage-deflate; client_max_window_bits=16", ""),
        arguments("a window with a zero", "permessage-deflate; server_max_window_bits=010", ""),
        arguments("another extension", "permessage-bzip2", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("offers")
  void isAgreedOn(String name, String offer, String answer) throws IOException {
    var headers = "Sec-WebSocket-Extensions: " + offer + "\r\n";
    try (var client = RawHttp.connect(server.port())) {
      var response = client.send(RawSocket.request("/echo", headers)).read();
      assertEquals(101, response.status());
      assertEquals(answer, response.header("sec-websocket-extensions"));
    }
  }

  private static RawSocket open(SocketFixture server, String parameters) throws IOException {
    var header = "Sec-WebSocket-Extensions: permessage-deflate" + parameters + "\r\n";
    return RawSocket.open(server.port(), "/echo", header, 0);
  }

  private static byte[] deflate(Deflater deflater, byte[] bytes) {
    deflater.setInput(bytes);
    var out = new ByteArrayOutputStream();
    var buffer = new byte[8192];
    int length;
    do {
      length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      out.write(buffer, 0, length);
    } while (length == buffer.length);
    return out.size() < 4 ? new byte[1] : Arrays.copyOf(out.toByteArray(), out.size() - 4);
  }

  private static byte[] inflate(Inflater inflater, RawFrame frame) throws DataFormatException {
    assertEquals(RSV1, frame.first() & RSV1, () -> "it is not compressed: " + frame);
    var input = new ByteArrayOutputStream();
    input.writeBytes(frame.bytes());
    input.writeBytes(new byte[] {0, 0, -1, -1});
    inflater.setInput(input.toByteArray());
    var out = new ByteArrayOutputStream();
    var buffer = new byte[8192];
    for (int length; (length = inflater.inflate(buffer)) > 0; ) {
      out.write(buffer, 0, length);
    }
    return out.toByteArray();
  }

  private static RawFrame compressed(byte[] payload) {
    return RawFrame.of(1, true, payload).with(RSV1);
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        arguments("nothing", ""),
        arguments("Hello", "Hello"),
        arguments("much of the same", "a\u20ac".repeat(50_000)),
        arguments("nothing that repeats", noise()));
  }

  private static String noise() {
    var random = new Random(1);
    var text = new StringBuilder();
    for (var i = 0; i < 100_000; i++) {
      text.append((char) (' ' + random.nextInt(90)));
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void messagesAreCompressedBothWays(String name, String text) throws Exception {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    for (var window : List.of("", "; server_max_window_bits=8")) {
      try (var client = open(server, window)) {
        echoed(client, text, bytes);
        echoed(client, text, bytes);
      }
    }
  }

  private static void echoed(RawSocket client, String text, byte[] bytes) throws Exception {
    try (var deflater = new Deflater(9, true);
        var inflater = new Inflater(true)) {
      client.send(compressed(deflate(deflater, bytes)));
      assertEquals(text, new String(inflate(inflater, client.read()), StandardCharsets.UTF_8));
    }
  }

  static Stream<Arguments> limits() {
    return Stream.of(MOST - 1, MOST, MOST + 1)
        .flatMap(
            size ->
                Stream.of(
                    arguments(size, "as it is", Deflater.NO_COMPRESSION, 0),
                    arguments(size, "stored", Deflater.NO_COMPRESSION, RSV1),
                    arguments(size, "compressed", Deflater.BEST_COMPRESSION, RSV1)));
  }

  /** A message within the limit is one however much longer its compressed form is. */
  @ParameterizedTest(name = "{0} random bytes, {1}")
  @MethodSource("limits")
  void theLimitIsTheMessages(int size, String name, int level, int bit) throws IOException {
    var bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    byte[] payload;
    try (var deflater = new Deflater(level, true)) {
      payload = bit == 0 ? bytes : deflate(deflater, bytes);
    }
    assertTrue(bit == 0 || payload.length > size, "it does not compress");
    try (var client = open(server, "")) {
      client.send(RawFrame.of(2, true, payload).with(bit));
      var answer = client.read();
      if (size > MOST) {
        assertEquals(1009, answer.closeCode());
      } else {
        assertEquals(2, answer.opcode());
      }
    }
  }

  @Test
  void theExamplesOfTheRfcAreUnderstood() throws Exception {
    var examples =
        List.of(
            "f248cdc9c90700",
            "f348cdc9c90700",
            "000500faff48656c6c6f00",
            "f348cdc9c9070000",
            "f248050000 00ffffcac9c90700".replace(" ", ""));
    try (var client = open(server, "")) {
      for (var example : examples) {
        client.send(compressed(HexFormat.of().parseHex(example)));
        try (var inflater = new Inflater(true)) {
          assertEquals(
              "Hello", new String(inflate(inflater, client.read()), StandardCharsets.UTF_8));
        }
      }
    }
  }

  @Test
  void aCompressedMessageMayComeInFragments() throws Exception {
    var payload = HexFormat.of().parseHex("f248cdc9c90700");
    try (var client = open(server, "");
        var inflater = new Inflater(true)) {
      client.send(RawFrame.of(1, false, Arrays.copyOf(payload, 3)).with(RSV1));
      client.send(RawFrame.ping("between"));
      client.send(RawFrame.of(0, true, Arrays.copyOfRange(payload, 3, 7)));
      assertEquals(RawFrame.pong("between"), client.read());
      assertEquals("Hello", new String(inflate(inflater, client.read()), StandardCharsets.UTF_8));
    }
  }

  @Test
  void anUncompressedMessageMayComeInBetween() throws Exception {
    try (var client = open(server, "");
        var inflater = new Inflater(true)) {
      client.send(RawFrame.text("plain"));
      assertEquals("plain", new String(inflate(inflater, client.read()), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aSmallMessageIsSentAsItIs() throws Exception {
    try (var server = start(Compression.on());
        var client = open(server, "")) {
      client.send(RawFrame.text("small"));
      assertEquals(RawFrame.text("small"), client.read());
    }
  }

  static Stream<Arguments> refused() {
    var bomb = new byte[20_000_000];
    var bytes = deflate(new Deflater(9, true), bomb);
    return Stream.of(
        arguments("a bomb", 1009, List.of(RawFrame.of(2, true, bytes).with(RSV1))),
        arguments("a bomb in fragments", 1009, List.of(RawFrame.of(2, false, bytes).with(RSV1))),
        arguments("no deflate stream", 1007, List.of(compressed(new byte[] {-1, -1, -1, -1}))),
        arguments(
            "a compressed text that is not UTF-8",
            1007,
            List.of(compressed(deflate(new Deflater(9, true), new byte[] {-1})))),
        arguments(
            "a compressed continuation",
            1002,
            List.of(RawFrame.text("a").more(), RawFrame.text("b").continued().with(RSV1))),
        arguments("a compressed ping", 1002, List.of(RawFrame.ping("").with(RSV1))),
        arguments("another reserved bit", 1002, List.of(RawFrame.text("a").with(0x20))));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("refused")
  void isRefused(String name, int code, List<RawFrame> frames) throws IOException {
    try (var client = open(server, "")) {
      client.send(frames.toArray(RawFrame[]::new));
      var close = client.read();
      assertEquals(code, close.closeCode());
      client.answerClose(close);
      assertTrue(client.ended());
    }
  }

  @Test
  void withoutAnAgreementABitIsABreach() throws IOException {
    try (var client = server.echo()) {
      client.send(compressed(new byte[1]));
      assertEquals(1002, client.read().closeCode());
    }
  }

  @Test
  void manySocketsAtOnceAreServed() throws Exception {
    var clients = new ArrayList<RawSocket>();
    for (var i = 0; i < 8; i++) {
      clients.add(open(server, ""));
    }
    var payload = deflate(new Deflater(9, true), "abc".getBytes(StandardCharsets.UTF_8));
    for (var round = 0; round < 3; round++) {
      for (var client : clients) {
        client.send(compressed(payload));
      }
      for (var client : clients) {
        assertEquals(0xc1, client.read().first());
      }
    }
    for (var client : clients) {
      client.close();
    }
  }
}
