package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.Floods;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that cost a client nothing are counted per time; one too many ends its connection only.
 */
final class FloodTest {
  private static final Floods TEN = new Floods(Duration.ofMinutes(1), 10, 10, 10, 10, 10, 10, 10);

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void oneFrameTooManyEndsTheConnectionAndNoOther(String name, byte[] begin, byte[] frame) {
    var limits = Http2Limits.defaults().withFloods(TEN);
    try (var port =
            Http2Port.builder()
                .limits(limits)
                .http(r -> r.get("/ping", (_, res) -> res.send("pong")))
                .start();
        var bad = RawClient.connect(port.port()).silent();
        var good = RawClient.connect(port.port())) {
      bad.bytes(begin);
      for (int i = 0; i < 9; i++) {
        bad.bytes(frame);
      }
      assertEquals("200", good.get(1, "/ping").response(1).status());
      flood(bad, frame);
      var goAway = bad.awaitEnd().orElseThrow(() -> new AssertionError("no GOAWAY: " + name));
      assertEquals(ErrorCode.ENHANCE_YOUR_CALM, goAway.code());
      assertEquals("200", good.get(3, "/ping").response(3).status());
    }
  }

  private static void flood(RawClient bad, byte[] frame) {
    try {
      for (int i = 0; i < 50; i++) {
        bad.bytes(frame);
      }
    } catch (UncheckedIOException e) {
      // The server has closed the connection in the middle, as it should.
      assertTrue(e.getMessage() != null);
    }
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        row("PING", new byte[0], frame(Frame.PING, 0, 0, new byte[8])),
        row("SETTINGS", new byte[0], frame(Frame.SETTINGS, 0, 0)),
        row("SETTINGS acknowledged", new byte[0], frame(Frame.SETTINGS, Frame.ACK, 0)),
        row("WINDOW_UPDATE", new byte[0], frame(Frame.WINDOW_UPDATE, 0, 0, RawClient.int32(1))),
        row("PRIORITY", new byte[0], frame(Frame.PRIORITY, 0, 7, new byte[5])),
        row("unknown frames", new byte[0], frame(0x55, 0, 0, new byte[5])),
        row("empty DATA", open(1), frame(Frame.DATA, 0, 1)),
        row("RST_STREAM", open(1), frame(Frame.RST_STREAM, 0, 1, new byte[4])),
        row("streams made to be reset", open(1), frame(Frame.WINDOW_UPDATE, 0, 1, new byte[4])));
  }

  private static Arguments row(String name, byte[] begin, byte[] frame) {
    return Arguments.of(name, begin, frame);
  }

  private static byte[] frame(int type, int flags, int stream, byte... payload) {
    return Http2Bytes.frame(type, flags, stream, payload);
  }

  private static byte[] open(int stream) {
    var block =
        Http2Bytes.block(
            ":method", "POST", ":scheme", "http", ":path", "/ping", ":authority", "localhost");
    return frame(Frame.HEADERS, Frame.END_HEADERS, stream, block);
  }

  @Test
  void resettingEachStreamAtOnceEndsTheConnectionWhenTooManyWere() {
    var floods = new Floods(Duration.ofMinutes(1), 200, 10, 10, 10, 10, 10, 10);
    try (var port = Http2Port.builder().limits(Http2Limits.defaults().withFloods(floods)).start();
        var bad = RawClient.connect(port.port()).silent()) {
      var attack = new ByteArrayOutputStream();
      for (int stream = 1; stream < 1_000; stream += 2) {
        attack.writeBytes(open(stream));
        attack.writeBytes(frame(Frame.RST_STREAM, 0, stream, RawClient.int32(8)));
      }
      bad.bytes(attack.toByteArray());
      assertEquals(ErrorCode.ENHANCE_YOUR_CALM, bad.awaitEnd().orElseThrow().code());
      Await.until("the streams are given back", () -> port.http2().openStreams() == 0);
    }
  }

  @Test
  void aHeaderBlockInTooManyPiecesEndsTheConnection() {
    try (var port = Http2Port.builder().start();
        var bad = RawClient.connect(port.port())) {
      bad.frame(Frame.HEADERS, 0, 1, Http2Bytes.block(":method", "GET"));
      var pieces = new ByteArrayOutputStream();
      for (int i = 0; i < 65; i++) {
        pieces.writeBytes(frame(Frame.CONTINUATION, 0, 1));
      }
      bad.bytes(pieces.toByteArray());
      assertEquals(ErrorCode.ENHANCE_YOUR_CALM, bad.awaitEnd().orElseThrow().code());
    }
  }

  @Test
  void aHeaderBlockWithoutEndEndsTheConnection() {
    try (var port = Http2Port.builder().start();
        var bad = RawClient.connect(port.port())) {
      bad.frame(Frame.HEADERS, 0, 1, Http2Bytes.block(":method", "GET"));
      // Each is a field that is well formed, and too large to be kept with the others.
      var piece = Http2Bytes.block("x-filler", "x".repeat(16_000));
      for (int i = 0; i < 65; i++) {
        bad.frame(Frame.CONTINUATION, 0, 1, piece);
      }
      assertEquals(ErrorCode.ENHANCE_YOUR_CALM, bad.awaitEnd().orElseThrow().code());
    }
  }

  @Test
  void answersThatNobodyReadsEndTheConnection() {
    var many = new Floods(Duration.ofMinutes(1), 10, 10, 10_000_000, 10, 10, 10, 10);
    var limits = Http2Limits.defaults().withFloods(many);
    try (var port = Http2Port.builder().limits(limits).start();
        var bad = RawClient.connect(port.port()).silent()) {
      var pings = new ByteArrayOutputStream();
      for (int i = 0; i < 10_000; i++) {
        pings.writeBytes(frame(Frame.PING, 0, 0, new byte[8]));
      }
      assertThrows(
          UncheckedIOException.class,
          () -> {
            for (int i = 0; i < 2_000; i++) {
              bad.bytes(pings.toByteArray());
            }
          });
      Await.until("the connection is gone", () -> port.http2().openConnections() == 0);
    }
  }

  @Test
  void countsBeginAgainWithTheTimeAndFramesThatAnswerAreNotCounted() {
    var nanos = new AtomicLong();
    var guard = new FloodGuard(TEN, nanos::get);
    for (int i = 0; i < 10; i++) {
      guard.ping(0);
      guard.reset(0);
    }
    assertThrows(ConnectionError.class, () -> guard.ping(0));
    guard.ping(3);
    guard.ping(3);
    guard.ping(3);
    assertThrows(ConnectionError.class, () -> guard.ping(3));
    assertThrows(ConnectionError.class, () -> guard.reset(0));
    nanos.set(Duration.ofMinutes(2).toNanos());
    guard.reset(0);
  }
}
