package dev.oneport.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.LoggedFailures;
import dev.oneport.testing.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever frames a client sends, they are answered, or the socket ends with a close code that a
 * frame may carry: in time, without a warning in the log, and however the bytes are cut into
 * pieces.
 */
final class FrameMutationTest {
  private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  private static final int RSV1 = 0x40;

  private static LoggedFailures log;
  private static SocketFixture server;

  @BeforeContainer
  static void start() {
    log = new LoggedFailures("dev.oneport", "io.helidon");
    var seconds = Duration.ofSeconds(15);
    server =
        SocketFixture.start(
            new WebSocketLimits(
                100,
                2_000,
                3_000,
                3_000,
                seconds,
                seconds,
                Duration.ZERO,
                2,
                new Origins.Any(),
                new Compression(true, 0)),
            SocketFixture.Echo::new);
  }

  @AfterContainer
  static void stop() {
    server.close();
    log.close();
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void anyBytesAreAnsweredAlikeHoweverTheyAreCut(
      @ForAll("bytes") byte[] bytes,
      @ForAll boolean deflate,
      @ForAll @IntRange(min = 1, max = 60) int piece)
      throws IOException {
    var whole = answers(bytes, bytes.length, deflate);
    for (var frame : whole) {
      if (frame.opcode() == Opcode.CLOSE.code()) {
        assertEquals(whole.getLast(), frame);
        assertTrue(frame.payload().isEmpty() || CloseCode.sendable(frame.closeCode()));
      } else {
        assertTrue(frame.opcode() <= Opcode.PONG.code(), frame::toString);
      }
    }
    assertEquals(whole, answers(bytes, Math.max(piece, bytes.length / 12), deflate));
    assertEquals(List.of(), log.all());
  }

  /** All frames that the server sends until it ends the connection; fails if that takes long. */
  private static List<RawFrame> answers(byte[] bytes, int piece, boolean deflate)
      throws IOException {
    var frames = new ArrayList<RawFrame>();
    try (var client = RawSocket.open(server.port(), "/echo", deflate ? DEFLATE : "", 0)) {
      try {
        for (var at = 0; at < bytes.length; at += piece) {
          client.send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
        }
        client.http().socket().shutdownOutput();
      } catch (SocketException _) {
        // the server has ended the connection by then
      }
      try {
        while (true) {
          frames.add(client.read());
        }
      } catch (EOFException | SocketException _) {
        // what was received before counts
      }
      client.http().socket().setSoLinger(true, 0);
    }
    return frames;
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    var pieces =
        Arbitraries.of(
                "",
                "00",
                "7f",
                "80",
                "ff",
                "fe",
                "8180",
                "7effff",
                "ff7fffffffffffffff",
                "ffffffffffffffffff",
                "c3",
                "e282",
                "eda080",
                "0000ffff",
                "88800000",
                "88820000")
            .map(HexFormat.of()::parseHex);
    var sent = frames().list().ofMaxSize(8).map(FrameMutationTest::join);
    return Arbitraries.frequencyOf(
        Tuple.of(1, noise), Tuple.of(4, sent), Tuple.of(6, Mutations.of(sent, pieces)));
  }

  /** Frames of which most are good, and some are too long, unmasked or out of turn. */
  private static Arbitrary<byte[]> frames() {
    var opcodes = Arbitraries.of(0, 0, 1, 1, 1, 2, 2, 8, 9, 9, 10, 3, 15);
    var bits = Arbitraries.of(0, 0, 0, 0, 0, RSV1, 0x20);
    var payloads =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(140)),
            Tuple.of(2, Arbitraries.of("", "\u0003\u00e8", "\u0003\u00ed", "\u000f\u00a0x")),
            // Hello, compressed (RFC 7692 section 7.2.3.1)
            Tuple.of(3, Arbitraries.of("\u00f2H\u00cd\u00c9\u00c9\u0007\u0000", "Hello")),
            Tuple.of(1, Arbitraries.integers().between(1_500, 2_500).map("a"::repeat)));
    return Combinators.combine(
            opcodes, bits, Arbitraries.of(true, true, false), payloads, Arbitraries.of(0, 0, 0, 1))
        .as(
            (opcode, bit, last, payload, bare) -> {
              var frame = RawFrame.of(opcode, last, payload.getBytes(ISO_8859_1)).with(bit);
              return bare == 0 ? frame.masked() : frame.unmasked();
            });
  }

  private static byte[] join(List<byte[]> parts) {
    var all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }
}
