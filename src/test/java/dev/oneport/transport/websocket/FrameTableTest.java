package dev.oneport.transport.websocket;

import static dev.oneport.transport.websocket.RawFrame.binary;
import static dev.oneport.transport.websocket.RawFrame.close;
import static dev.oneport.transport.websocket.RawFrame.closeWithoutCode;
import static dev.oneport.transport.websocket.RawFrame.hexText;
import static dev.oneport.transport.websocket.RawFrame.ping;
import static dev.oneport.transport.websocket.RawFrame.pong;
import static dev.oneport.transport.websocket.RawFrame.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server that echoes answers to which frames; numbers are those of the Autobahn test suite's
 * sections.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class FrameTableTest {
  private SocketFixture server;

  @BeforeAll
  void start() {
    server = SocketFixture.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Arguments row(String name, List<RawFrame> sent, List<RawFrame> answered) {
    return arguments(name, sent, answered);
  }

  /** A row whose answer is a close frame with this code. */
  private static Arguments fails(String name, int code, RawFrame... sent) {
    return arguments(name, List.of(sent), List.of(close(code)));
  }

  private static List<RawFrame> frames(RawFrame... frames) {
    return List.of(frames);
  }

  /** 1: every boundary of the three length formats. */
  static Stream<Arguments> framing() {
    return IntStream.of(0, 1, 7, 8, 9, 125, 126, 127, 128, 65_534, 65_535, 65_536, 100_000, 262_144)
        .boxed()
        .flatMap(
            length ->
                Stream.of(
                    row(
                        "1.1 text of " + length,
                        frames(text("*".repeat(length))),
                        frames(text("*".repeat(length)))),
                    row(
                        "1.2 binary of " + length,
                        frames(binary(length)),
                        frames(binary(length)))));
  }

  /** 2: pings and pongs. */
  static Stream<Arguments> pings() {
    var ten = IntStream.range(0, 10).mapToObj(i -> "payload-" + i).toList();
    return Stream.of(
        row("2.1 a ping without payload", frames(ping("")), frames(pong(""))),
        row("2.2 a ping with a text", frames(ping("Hello, world!")), frames(pong("Hello, world!"))),
        row(
            "2.3 a ping with bytes that are no text",
            frames(RawFrame.of(9, true, new byte[] {0, -1, -2, -3})),
            frames(RawFrame.of(10, true, new byte[] {0, -1, -2, -3}))),
        row(
            "2.4 a ping of 125 bytes",
            frames(ping("a".repeat(125))),
            frames(pong("a".repeat(125)))),
        fails("2.5 a ping of 126 bytes", 1002, ping("a".repeat(126))),
        row("2.7 an unasked pong", frames(pong("")), frames()),
        row("2.8 an unasked pong with payload", frames(pong("unasked")), frames()),
        row(
            "2.9 an unasked pong, then a ping",
            frames(pong("unasked"), ping("asked")),
            frames(pong("asked"))),
        row(
            "2.10 ten pings at once",
            ten.stream().map(RawFrame::ping).toList(),
            ten.stream().map(RawFrame::pong).toList()),
        fails("2.12 a pong of 126 bytes", 1002, pong("a".repeat(126))),
        fails("2.13 a ping with a length of 16 bits", 1002, ping("a".repeat(300))),
        fails("2.14 a ping with a length of 64 bits", 1002, ping("a".repeat(70_000))));
  }

  /** 3: reserved bits. */
  static Stream<Arguments> reservedBits() {
    return IntStream.of(0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70)
        .boxed()
        .flatMap(
            bits ->
                Stream.of(
                    row(
                        "3 bits " + Integer.toHexString(bits) + " in a text after a good one",
                        frames(text("good"), text("bad").with(bits)),
                        frames(text("good"), close(1002))),
                    fails(
                        "3 bits " + Integer.toHexString(bits) + " in a binary",
                        1002,
                        binary(8).with(bits)),
                    fails(
                        "3 bits " + Integer.toHexString(bits) + " in a ping",
                        1002,
                        ping("").with(bits)),
                    fails(
                        "3 bits " + Integer.toHexString(bits) + " in a close",
                        1002,
                        close(1000).with(bits)),
                    fails(
                        "3 bits " + Integer.toHexString(bits) + " in a continuation",
                        1002,
                        text("a").more(),
                        text("b").continued().with(bits))));
  }

  /** 4: reserved opcodes. */
  static Stream<Arguments> reservedOpcodes() {
    return IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
        .boxed()
        .flatMap(
            opcode ->
                Stream.of(
                    fails("4 opcode " + opcode, 1002, RawFrame.of(opcode, true, new byte[0])),
                    row(
                        "4 opcode " + opcode + " with payload after a good one",
                        frames(text("good"), RawFrame.of(opcode, true, new byte[5])),
                        frames(text("good"), close(1002)))));
  }

  /** 5: fragmentation. */
  static Stream<Arguments> fragmentation() {
    return Stream.of(
        fails("5.1 a ping in two fragments", 1002, ping("a").more(), ping("b").continued()),
        fails("5.2 a pong in two fragments", 1002, pong("a").more(), pong("b").continued()),
        fails("5.2 a close in two fragments", 1002, close(1000).more()),
        row(
            "5.3 a text in two fragments",
            frames(text("frag").more(), text("ment").continued()),
            frames(text("fragment"))),
        row(
            "5.4 a binary in two fragments",
            frames(binary(3).more(), binary(4).continued()),
            frames(binary(7))),
        row(
            "5.5 a text in three",
            frames(text("a").more(), text("b").more().continued(), text("c").continued()),
            frames(text("abc"))),
        row(
            "5.6 a ping between two fragments",
            frames(text("a").more(), ping("p"), text("b").continued()),
            frames(pong("p"), text("ab"))),
        row(
            "5.7 a pong between two fragments",
            frames(text("a").more(), pong("p"), text("b").continued()),
            frames(text("ab"))),
        fails("5.9 a continuation of nothing", 1002, text("a").continued()),
        fails(
            "5.10 a continuation of nothing, then a text", 1002, text("a").continued(), text("b")),
        fails("5.11 an open continuation of nothing", 1002, text("a").more().continued()),
        row(
            "5.12 a continuation after a whole text",
            frames(text("a"), text("b").continued()),
            frames(text("a"), close(1002))),
        fails(
            "5.15 a continuation of a message that ended",
            1002,
            text("").more(),
            text("a").continued().with(0x10)),
        row(
            "5.15 a continuation after fragments that ended",
            frames(text("a").more(), text("b").continued(), text("c").more().continued()),
            frames(text("ab"), close(1002))),
        fails("5.18 a text inside a text", 1002, text("a").more(), text("b")),
        fails("5.18 a binary inside a text", 1002, text("a").more(), binary(1)),
        fails("5.18 a text inside a binary", 1002, binary(1).more(), text("a")),
        fails("5.18 a first fragment inside another", 1002, text("a").more(), text("b").more()),
        row(
            "5.19 pings among five fragments",
            frames(
                text("1").more(),
                text("2").more().continued(),
                ping("p1"),
                text("3").more().continued(),
                text("4").more().continued(),
                ping("p2"),
                text("5").continued()),
            frames(pong("p1"), pong("p2"), text("12345"))),
        row(
            "5.21 two fragmented messages",
            frames(
                text("a").more(), text("b").continued(), binary(1).more(), binary(2).continued()),
            frames(text("ab"), binary(3))),
        row(
            "5.22 empty fragments only",
            frames(text("").more(), text("").more().continued(), text("").continued()),
            frames(text(""))),
        row(
            "5.23 an empty first fragment",
            frames(text("").more(), text("a").continued()),
            frames(text("a"))),
        row(
            "5.24 an empty last fragment",
            frames(text("a").more(), text("").continued()),
            frames(text("a"))),
        row(
            "5.25 a thousand fragments",
            Stream.concat(
                    Stream.concat(
                        Stream.of(text("x").more()),
                        Stream.generate(() -> text("x").more().continued()).limit(998)),
                    Stream.of(text("x").continued()))
                .toList(),
            frames(text("x".repeat(1000)))),
        row(
            "5.26 a close between two fragments",
            frames(text("a").more(), close(1000)),
            frames(close(1000))));
  }

  /** 6: UTF-8, valid. */
  static Stream<Arguments> goodTexts() {
    return Stream.of(
            arguments("6.1 nothing", ""),
            arguments("6.2 Greek and more", "cebae1bdb9cf83cebcceb52d5554462d38"),
            arguments(
                "6.5 the greeting in many scripts",
                "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121"),
            arguments("6.6 two bytes", "ceba"),
            arguments("6.6 three bytes", "e1bdb9"),
            arguments("6.6 a whole word", "cebae1bdb9cf83cebcceb5"),
            arguments("6.7 U+0000", "00"),
            arguments("6.7 U+0080", "c280"),
            arguments("6.7 U+0800", "e0a080"),
            arguments("6.7 U+10000", "f0908080"),
            arguments("6.9 U+007F", "7f"),
            arguments("6.9 U+07FF", "dfbf"),
            arguments("6.9 U+FFFF", "efbfbf"),
            arguments("6.9 U+10FFFF", "f48fbfbf"),
            arguments("6.11 U+D7FF", "ed9fbf"),
            arguments("6.11 U+E000", "ee8080"),
            arguments("6.11 U+FFFD", "efbfbd"),
            arguments("6.11 U+10FFFE", "f48fbfbe"),
            arguments("6.22 U+FFFE", "efbfbe"),
            arguments("6.22 U+1FFFE", "f09fbfbe"),
            arguments("6.22 U+2FFFF", "f0afbfbf"),
            arguments("6.22 U+3FFFE", "f0bfbfbe"),
            arguments("6.22 U+FFFFF", "f3bfbfbf"),
            arguments("6.23 U+FFFD amid others", "61efbfbd62"),
            arguments("6.23 a byte order mark", "efbbbf61"),
            arguments("6.23 emoji after a long ASCII run", "61".repeat(30) + "f09f9880"))
        .flatMap(
            row -> {
              var name = (String) row.get()[0];
              var hex = (String) row.get()[1];
              var whole = hexText(hex);
              return Stream.of(
                  row(name, frames(whole), frames(whole)),
                  row(name + ", a fragment per byte", perByte(hex), frames(whole)));
            });
  }

  private static List<RawFrame> perByte(String hex) {
    var fragments = new ArrayList<RawFrame>();
    fragments.add(hexText("").more());
    for (var i = 0; i < hex.length(); i += 2) {
      fragments.add(hexText(hex.substring(i, i + 2)).more().continued());
    }
    fragments.add(hexText("").continued());
    return fragments;
  }

  /** 6: UTF-8, invalid. */
  static Stream<Arguments> badTexts() {
    return Stream.of(
            arguments("6.3 a surrogate inside a text", "cebae1bdb9cf83cebcceb5eda080656469746564"),
            arguments("6.4 U+110000 inside a text", "cebae1bdb9cf83cebcceb5f4908080656469746564"),
            arguments("6.6 half of two bytes", "ce"),
            arguments("6.6 a third of three", "cebae1"),
            arguments("6.6 two thirds of three", "cebae1bd"),
            arguments("6.6 three quarters of four", "f09080"),
            arguments("6.8 five bytes", "f888808080"),
            arguments("6.8 six bytes", "fc8480808080"),
            arguments("6.10 U+1FFFFF", "f7bfbfbf"),
            arguments("6.10 five bytes of the largest", "fbbfbfbfbf"),
            arguments("6.10 six bytes of the largest", "fdbfbfbfbfbf"),
            arguments("6.11 U+110000", "f4908080"),
            arguments("6.12 a lonely first continuation", "80"),
            arguments("6.12 a lonely last continuation", "bf"),
            arguments("6.12 two continuations", "80bf"),
            arguments("6.12 three continuations", "80bf80"),
            arguments("6.12 four continuations", "80bf80bf"),
            arguments("6.12 five continuations", "80bf80bf80"),
            arguments("6.12 six continuations", "80bf80bf80bf"),
            arguments(
                "6.12 all continuations",
                "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbe"),
            arguments("6.13 lonely starts of two", "c020c120c220c320c420c520c620c720c820"),
            arguments("6.13 lonely starts of three", "e020e120e220e320e420"),
            arguments("6.13 lonely starts of four", "f020f120f220f320"),
            arguments("6.13 lonely starts of five", "f820f920fa20fb20"),
            arguments("6.13 lonely starts of six", "fc20fd20"),
            arguments("6.14 a start of two at the end", "c0"),
            arguments("6.14 a start of three cut off", "e080"),
            arguments("6.14 a start of four cut off", "f08080"),
            arguments("6.14 the largest three cut off", "efbf"),
            arguments("6.14 the largest four cut off", "f7bfbf"),
            arguments(
                "6.15 several cut off in a row",
                "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"),
            arguments("6.16 FE", "fe"),
            arguments("6.16 FF", "ff"),
            arguments("6.16 FE and FF", "fefeffff"),
            arguments("6.17 a slash in two bytes", "c0af"),
            arguments("6.17 a slash in three", "e080af"),
            arguments("6.17 a slash in four", "f08080af"),
            arguments("6.17 a slash in five", "f8808080af"),
            arguments("6.17 a slash in six", "fc80808080af"),
            arguments("6.18 U+007F in two", "c1bf"),
            arguments("6.18 U+07FF in three", "e09fbf"),
            arguments("6.18 U+FFFF in four", "f08fbfbf"),
            arguments("6.18 U+1FFFFF in five", "f887bfbfbf"),
            arguments("6.18 U+3FFFFFF in six", "fc83bfbfbfbf"),
            arguments("6.19 U+0000 in two", "c080"),
            arguments("6.19 U+0000 in three", "e08080"),
            arguments("6.19 U+0000 in four", "f0808080"),
            arguments("6.19 U+0000 in five", "f880808080"),
            arguments("6.19 U+0000 in six", "fc8080808080"),
            arguments("6.20 U+D800", "eda080"),
            arguments("6.20 U+DB7F", "edadbf"),
            arguments("6.20 U+DB80", "edae80"),
            arguments("6.20 U+DBFF", "edafbf"),
            arguments("6.20 U+DC00", "edb080"),
            arguments("6.20 U+DF80", "edbe80"),
            arguments("6.20 U+DFFF", "edbfbf"),
            arguments("6.21 a pair of surrogates", "eda080edb080"),
            arguments("6.21 the largest pair", "edafbfedbfbf"),
            arguments("6.21 a lonely surrogate after U+FFFD", "efbfbdeda080"))
        .flatMap(
            row -> {
              var name = (String) row.get()[0];
              var hex = (String) row.get()[1];
              return Stream.of(
                  fails(name, 1007, hexText(hex)),
                  arguments(name + ", a fragment per byte", perByte(hex), frames(close(1007))));
            });
  }

  /** 7: the closing handshake. */
  static Stream<Arguments> closing() {
    var good =
        IntStream.of(
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3003,
            3999, 4000, 4999);
    var bad = IntStream.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535);
    var rows =
        Stream.of(
            row(
                "7.1 a text before the close",
                frames(text("a"), close(1000)),
                frames(text("a"), close(1000))),
            row("7.1 two closes", frames(close(1000), close(1001)), frames(close(1000))),
            row("7.1 a ping after the close", frames(close(1000), ping("a")), frames(close(1000))),
            row("7.1 a text after the close", frames(close(1000), text("a")), frames(close(1000))),
            row(
                "7.1 a fragment after the close",
                frames(text("a").more(), close(1000), text("b").continued()),
                frames(close(1000))),
            row("7.3 no code", frames(closeWithoutCode()), frames(closeWithoutCode())),
            fails("7.3 half a code", 1002, RawFrame.of(8, true, new byte[1])),
            row("7.3 a reason", frames(close(1000, "Hello World!")), frames(close(1000))),
            row(
                "7.3 a reason of 123 bytes",
                frames(close(1000, "*".repeat(123))),
                frames(close(1000))),
            fails("7.3 a reason of 124 bytes", 1002, RawFrame.of(8, true, new byte[126])),
            fails(
                "7.5 a reason that is not UTF-8",
                1007,
                RawFrame.of(8, true, new byte[] {3, (byte) 0xe8, (byte) 0xce})),
            fails(
                "7.5 a reason with a surrogate",
                1007,
                RawFrame.of(
                    8, true, new byte[] {3, (byte) 0xe8, (byte) 0xed, (byte) 0xa0, (byte) 0x80})));
    return Stream.of(
            rows,
            good.mapToObj(
                code -> row("7.7 code " + code, frames(close(code)), frames(close(code)))),
            bad.mapToObj(code -> fails("7.9 code " + code, 1002, raw(code))))
        .flatMap(all -> all);
  }

  /** A close frame with a code that may be forbidden. */
  private static RawFrame raw(int code) {
    return RawFrame.of(8, true, new byte[] {(byte) (code >>> 8), (byte) code});
  }

  /** 9: limits. */
  static Stream<Arguments> limits() {
    var most = SocketFixture.LIMITS.maxMessageBytes();
    var half = binary(most / 2);
    return Stream.of(
        row(
            "9.1 a text of the most bytes",
            frames(text("a".repeat(most))),
            frames(text("a".repeat(most)))),
        row(
            "9.3 the most bytes in fragments",
            frames(half.more(), half.continued()),
            frames(binary(most))),
        fails("9.1 a text of one byte more", 1009, text("a".repeat(most + 1))),
        fails("9.2 a binary of one byte more", 1009, binary(most + 1)),
        fails(
            "9.3 one byte more in fragments",
            1009,
            half.more(),
            half.more().continued(),
            binary(1).continued()),
        fails(
            "9.3 far more in small fragments",
            1009,
            Stream.concat(
                    Stream.of(binary(4096).more()),
                    Stream.generate(() -> binary(4096).more().continued()).limit(100))
                .toArray(RawFrame[]::new)));
  }

  static Stream<Arguments> all() {
    return Stream.of(
            framing(),
            pings(),
            reservedBits(),
            reservedOpcodes(),
            fragmentation(),
            goodTexts(),
            badTexts(),
            closing(),
            limits())
        .flatMap(section -> section);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void answers(String name, List<RawFrame> sent, List<RawFrame> answered) throws IOException {
    try (var client = server.echo()) {
      var bytes = new ByteArrayOutputStream();
      sent.forEach(frame -> bytes.writeBytes(frame.masked()));
      client.send(bytes.toByteArray());
      if (answered.isEmpty() || answered.getLast().opcode() != 8) {
        client.send(close(1000));
        check(client, Stream.concat(answered.stream(), Stream.of(close(1000))).toList());
      } else {
        check(client, answered);
      }
    }
  }

  private static void check(RawSocket client, List<RawFrame> expected) throws IOException {
    for (var frame : expected) {
      var answer = client.read();
      if (frame.opcode() == 8) {
        assertEquals(8, answer.opcode(), () -> "no close frame but " + answer);
        assertEquals(frame.closeCode(), answer.closeCode());
        client.answerClose(answer);
      } else {
        assertEquals(frame, answer);
      }
    }
    assertTrue(client.ended(), "the connection stays open");
  }
}
