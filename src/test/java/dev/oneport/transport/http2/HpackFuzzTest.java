package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.FrameBuffer;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.hpack.HeaderBlock;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderList;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import dev.oneport.transport.http2.hpack.HpackEncoder;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Whatever a header block is made of, it is decoded or refused, in one piece as in many. */
final class HpackFuzzTest {
  private static final int LIMIT = 2_000;

  @Property
  void anyBytesAreFieldsOrAnError(@ForAll("several") List<byte[]> blocks) {
    var decoder = new HpackDecoder(LIMIT);
    for (var block : blocks) {
      try {
        decoder.decode(block, 0, block.length);
      } catch (ConnectionError e) {
        assertEquals(ErrorCode.COMPRESSION_ERROR, e.code());
        return;
      }
    }
  }

  /** The second block shows whether the tables are in step: it names their entries. */
  @Property
  void aBlockInPiecesIsTheBlockInOne(
      @ForAll("blocks") byte[] block,
      @ForAll("blocks") byte[] second,
      @ForAll @IntRange(min = 1, max = 2_000) int piece) {
    var whole = new HpackDecoder(LIMIT);
    var pieces = new HpackDecoder(LIMIT);
    assertEquals(inOne(whole, block), inPieces(pieces, block, Math.max(piece, block.length / 60)));
    assertEquals(inOne(whole, second), inOne(pieces, second));
  }

  private static String inOne(HpackDecoder decoder, byte[] block) {
    try {
      return text(decoder.decode(block, 0, block.length));
    } catch (ConnectionError e) {
      return e.code().name();
    }
  }

  private static String inPieces(HpackDecoder decoder, byte[] block, int piece) {
    var parts = new HeaderBlock(1, false, decoder, LIMIT);
    try {
      for (int from = 0; from < block.length; from += piece) {
        var frame = new IncomingFrame();
        int length = Math.min(piece, block.length - from);
        var bytes = new byte[Frame.HEADER + length];
        System.arraycopy(block, from, bytes, Frame.HEADER, length);
        frame.set(bytes, 0, length);
        parts.append(frame);
      }
      return text(parts.end());
    } catch (ConnectionError e) {
      return e.code().name();
    }
  }

  private static String text(HeaderList list) {
    if (list.tooLarge()) {
      var type = list.contentType();
      return "too large: " + (type == null ? "" : type.value());
    }
    var fields = new ArrayList<String>();
    for (int i = 0; i < list.count(); i++) {
      fields.add(list.get(i).name() + "=" + list.get(i).value());
    }
    return fields.toString();
  }

  @Property
  void whatIsEncodedIsDecoded(@ForAll("fields") List<HeaderField> fields) {
    var out = new FrameBuffer();
    new HpackEncoder().encode(fields.toArray(HeaderField[]::new), out);
    var list = new HpackDecoder(1 << 20).decode(out.bytes(), 0, out.size());
    assertEquals(fields.size(), list.count());
    for (int i = 0; i < fields.size(); i++) {
      assertArrayEquals(fields.get(i).nameBytes(), list.get(i).nameBytes());
      assertArrayEquals(fields.get(i).valueBytes(), list.get(i).valueBytes());
    }
  }

  @Provide
  Arbitrary<List<HeaderField>> fields() {
    var text = Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40);
    return Combinators.combine(text, text).as(HeaderField::of).list().ofMaxSize(10);
  }

  @Provide
  Arbitrary<List<byte[]>> several() {
    return blocks().list().ofMaxSize(8);
  }

  /** Random bytes, and more often representations of fields with something wrong or large. */
  @Provide
  Arbitrary<byte[]> blocks() {
    var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
    var indexed = Arbitraries.integers().between(0, 70).map(i -> new byte[] {(byte) (0x80 | i)});
    var resize = Arbitraries.integers().between(0, 31).map(i -> new byte[] {(byte) (0x20 | i)});
    var literal =
        Combinators.combine(
                Arbitraries.of(0x00, 0x10, 0x40),
                Arbitraries.of("a", "content-type", "x-long-name"),
                Arbitraries.oneOf(
                    Arbitraries.integers().between(0, 60),
                    Arbitraries.integers().between(1_000, 70_000)))
            .as(HpackFuzzTest::literal);
    return Arbitraries.frequencyOf(
            Tuple.of(1, noise), Tuple.of(6, indexed), Tuple.of(1, resize), Tuple.of(6, literal))
        .list()
        .ofMaxSize(6)
        .map(HpackFuzzTest::join);
  }

  private static byte[] literal(int kind, String name, int length) {
    var block = Http2Bytes.block(name, "v".repeat(length));
    block[0] = (byte) kind;
    return block;
  }

  private static byte[] join(List<byte[]> parts) {
    var all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }
}
