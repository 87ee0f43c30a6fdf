package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The Huffman code of header compression is read as Netty reads it, right or wrong. */
final class HuffmanFuzzTest {
  private static final int LIMIT = 2_000;

  @Property
  void anyBytesAreReadOrRefusedAlike(@ForAll("codes") byte[] codes) throws Http2Exception {
    var block = Unpooled.buffer();
    block.writeBytes(new byte[] {0, 1, 'a', (byte) (0x80 | codes.length)});
    block.writeBytes(codes);
    assertAlike(block);
  }

  @Property
  void anyTextIsReadAlike(@ForAll("texts") byte[] text) throws Http2Exception {
    var headers = new DefaultHttp2Headers(false).add("a", new AsciiString(text));
    var block = Unpooled.buffer();
    // Huffman coding for all lengths, and never an index.
    new DefaultHttp2HeadersEncoder((_, _) -> true, false, 64, 0).encodeHeaders(1, headers, block);
    assertAlike(block);
    assertEquals(HexFormat.of().formatHex(text), ours(block));
  }

  private static void assertAlike(ByteBuf block) {
    assertEquals(netty(block.duplicate()), ours(block), () -> ByteBufUtil.hexDump(block));
  }

  private static String ours(ByteBuf block) {
    try {
      var bytes = ByteBufUtil.getBytes(block);
      var list = new HpackDecoder(LIMIT).decode(bytes, 0, bytes.length);
      return HexFormat.of().formatHex(list.get(0).valueBytes());
    } catch (ConnectionError e) {
      return "refused";
    }
  }

  private static String netty(ByteBuf block) {
    try {
      var headers = new DefaultHttp2HeadersDecoder(false).decodeHeaders(1, block);
      return HexFormat.of().formatHex(AsciiString.of(headers.get("a")).toByteArray());
    } catch (Http2Exception e) {
      return "refused";
    }
  }

  /** Long codes begin with many ones, and the end of the string has nothing else. */
  @Provide
  Arbitrary<byte[]> codes() {
    var ones = Arbitraries.of((byte) 0xFF, (byte) 0xFE, (byte) 0x7F);
    return Arbitraries.oneOf(Arbitraries.bytes(), Arbitraries.bytes(), ones)
        .array(byte[].class)
        .ofMaxSize(100);
  }

  @Provide
  Arbitrary<byte[]> texts() {
    var usual = Arbitraries.bytes().between((byte) '-', (byte) 'z');
    return Arbitraries.oneOf(Arbitraries.bytes(), usual).array(byte[].class).ofMaxSize(60);
  }
}
