package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A credential that a connection repeats is decoded once, and never taken for another one. */
final class RecentLiteralsTest {
  private static final int LIMIT = 32 << 10;
  private static final int NEVER = 0x10;
  private static final String TOKEN =
      "Bearer eyJhbGciOiJFUzI1NiJ9." + "YWxpY2VAZXhhbXBsZS5jb20.".repeat(8);

  /** A connection keeps two literals of two kilobytes, in four copies. */
  private static final long MOST = 2 * 4 * 2_048;

  private final HeadMemory memory = new HeadMemory(1 << 20);
  private final HpackDecoder decoder = new HpackDecoder(LIMIT, memory);

  /**
   * In any order, also after the table changed, after an error, and after it was told to forget.
   */
  @Property
  void whatIsRememberedChangesNoResult(@ForAll("connections") List<byte[]> blocks) {
    var plain = new HpackDecoder(LIMIT);
    var held = new HeadMemory(1 << 20);
    var remembering = new HpackDecoder(LIMIT, held);
    for (var block : blocks) {
      if (block.length == 0) {
        remembering.forgetRecent();
        assertEquals(0, held.held());
      }
      assertEquals(text(plain, block), text(remembering, block));
      assertTrue(held.held() <= MOST, () -> "held " + held.held());
    }
    remembering.forgetRecent();
    assertEquals(0, held.held());
  }

  @Example
  void aRepeatedCredentialIsNotDecodedAgain() {
    var block = huffman("authorization", TOKEN);
    var first = field(decoder, block);
    assertEquals(TOKEN, first.value());
    assertSame(first, field(decoder, block));
  }

  @Example
  void neitherIsOneOfTwoThatTakeTurns() {
    var one = huffman("authorization", TOKEN + "a");
    var other = huffman("authorization", TOKEN + "b");
    var first = field(decoder, one);
    var second = field(decoder, other);
    for (int i = 0; i < 100; i++) {
      assertSame(first, field(decoder, one));
      assertSame(second, field(decoder, other));
    }
    assertEquals(TOKEN + "a", first.value());
    assertEquals(TOKEN + "b", second.value());
  }

  /** Each is decoded once, as without a memory, and only the last two are kept. */
  @Example
  void thousandsOfCredentialsTakeAsMuchMemoryAsTwo() {
    for (int i = 0; i < 10_000; i++) {
      assertEquals(TOKEN + i, field(decoder, huffman("authorization", TOKEN + i)).value());
      assertTrue(memory.held() <= MOST, () -> "held " + memory.held());
    }
    var last = huffman("authorization", TOKEN + 9_999);
    assertSame(field(decoder, last), field(decoder, last));
    decoder.forgetRecent();
    assertEquals(0, memory.held());
  }

  @Example
  void withoutMemoryNothingIsRemembered() {
    var poor = new HpackDecoder(LIMIT, new HeadMemory(100));
    var block = huffman("authorization", TOKEN);
    assertNotSame(field(poor, block), field(poor, block));
    assertEquals(TOKEN, field(poor, block).value());
  }

  @Example
  void onlyWhatTheClientForbidsToIndexIsRemembered() {
    var block = literal(0, "authorization", TOKEN);
    assertNotSame(field(decoder, block), field(decoder, block));
    assertEquals(0, memory.held());
  }

  @Example
  void shortAndVeryLongLiteralsAreNotRemembered() {
    field(decoder, literal(NEVER, "cookie", "a=b"));
    field(decoder, literal(NEVER, "cookie", "a=" + "b".repeat(4_000)));
    assertEquals(0, memory.held());
  }

  /** A client that leaves its connection open leaves no token in the server's memory. */
  @Example
  void aConnectionThatIsNotUsedForgets() throws Exception {
    try (var port =
            Http2Port.builder().http(it -> it.get("/", (_, out) -> out.send("ok"))).start();
        var client = RawClient.connect(port.port())) {
      if (Http2Port.STOCK) {
        return;
      }
      var block = new ByteArrayOutputStream();
      block.writeBytes(
          Http2Bytes.block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"));
      block.writeBytes(literal(NEVER, "authorization", TOKEN));
      client.bytes(
          Http2Bytes.frame(
              Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, 1, block.toByteArray()));
      assertEquals("ok", client.response(1).text());
      assertTrue(port.http2().recent().held() > 0);
      Await.until("it is forgotten", () -> port.http2().recent().held() == 0);
      assertTrue(client.isAlive());
    }
  }

  /** Blocks of one connection; an empty one stands for a time without use. */
  @Provide
  Arbitrary<List<byte[]>> connections() {
    var credentials =
        Combinators.combine(
                Arbitraries.of("authorization", "cookie", "x-token"),
                Arbitraries.of("", "x", "xx", "y", ".", "\u0001", " "),
                Arbitraries.of(20, 60, 100, 1_500, 3_000))
            .as((name, end, length) -> new String[] {name, "v".repeat(length) + end});
    var inline =
        Combinators.combine(Arbitraries.of(0x00, NEVER, 0x40), credentials)
            .as((kind, it) -> literal(kind, it[0], it[1]));
    var coded = credentials.map(it -> huffman(it[0], it[1]));
    // Its name is an entry of the dynamic table, another one each time.
    var named =
        Combinators.combine(Arbitraries.integers().between(62, 70), Arbitraries.of("", "x"))
            .as((index, end) -> named(index, "v".repeat(100) + end));
    var indexed = Arbitraries.integers().between(1, 64).map(i -> new byte[] {(byte) (0x80 | i)});
    return Arbitraries.frequencyOf(
            Tuple.of(6, inline),
            Tuple.of(6, coded),
            Tuple.of(3, named),
            Tuple.of(1, indexed),
            Tuple.of(1, Arbitraries.just(new byte[0])))
        .list()
        .ofMaxSize(20);
  }

  private static byte[] named(int index, String value) {
    var whole = literal(NEVER, "a", value);
    // The name's three bytes become an index of two.
    whole[1] = (byte) (NEVER | 0x0F);
    whole[2] = (byte) (index - 0x0F);
    return Arrays.copyOfRange(whole, 1, whole.length);
  }

  private static byte[] literal(int kind, String name, String value) {
    var block = Http2Bytes.block(name, value);
    block[0] = (byte) kind;
    return block;
  }

  /** As a client in Java writes a field that must not be indexed. */
  private static byte[] huffman(String name, String value) {
    var block = Unpooled.buffer();
    try {
      new DefaultHttp2HeadersEncoder((_, _) -> true, false, 64, 0)
          .encodeHeaders(1, new DefaultHttp2Headers(false).add(name, value), block);
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
    return ByteBufUtil.getBytes(block);
  }

  private static HeaderField field(HpackDecoder decoder, byte[] block) {
    return decoder.decode(block, 0, block.length).get(0);
  }

  private static String text(HpackDecoder decoder, byte[] block) {
    try {
      var list = decoder.decode(block, 0, block.length);
      var fields = new ArrayList<String>();
      for (int i = 0; i < list.count(); i++) {
        var field = list.get(i);
        fields.add(field.name() + "=" + field.value() + field.wellFormed());
      }
      return fields.toString();
    } catch (ConnectionError e) {
      return e.code().name();
    }
  }
}
