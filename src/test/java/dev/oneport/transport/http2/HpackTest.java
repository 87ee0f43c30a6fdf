package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.FrameBuffer;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import dev.oneport.transport.http2.hpack.HpackEncoder;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.WritableHeaders;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2HuffmanEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Header compression: the examples of RFC 7541, and what clients may not make of it. */
final class HpackTest {
  private static final int LIMIT = 32 << 10;
  private static final String RARE = "\\^`{|}~<>!\"#$&'()*+,;?@[]";

  private final HpackDecoder decoder = new HpackDecoder(LIMIT);

  private List<String> decode(String hex) {
    return decode(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private List<String> decode(byte[] block) {
    var list = decoder.decode(block, 0, block.length);
    var result = new ArrayList<String>();
    for (int i = 0; i < list.count(); i++) {
      result.add(list.get(i).name() + ": " + list.get(i).value());
    }
    return result;
  }

  @Test
  void theRequestsOfAppendixC3AreRead() {
    var first = List.of(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertEquals(first, decode("828684410f7777772e6578616d706c652e636f6d"));
    assertEquals("cache-control: no-cache", decode("828684be58086e6f2d6361636865").getLast());
    var third = decode("828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565");
    assertEquals(
        List.of(":authority: www.example.com", "custom-key: custom-value"), third.subList(3, 5));
  }

  @Test
  void theHuffmanCodedRequestsOfAppendixC4AreRead() {
    assertEquals(
        ":authority: www.example.com", decode("828684418cf1e3c2e5f23a6ba0ab90f4ff").getLast());
    assertEquals("cache-control: no-cache", decode("828684be5886a8eb10649cbf").getLast());
    assertEquals(
        "custom-key: custom-value",
        decode("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf").getLast());
  }

  @Test
  void theHuffmanCodedResponseOfAppendixC6IsRead() {
    assertEquals(
        List.of(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com"),
        decode(
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                + "6e919d29ad171863c78f0b97c8e9ae82ae43d3"));
  }

  @Test
  void everySymbolOfTheHuffmanCodeIsReadAsAnotherImplementationWritesIt() {
    var values = new ArrayList<String>();
    for (int symbol = ' '; symbol < 127; symbol++) {
      values.add((char) symbol + "eeeeeeeee");
    }
    assertReadAsWritten(values);
  }

  @Test
  void textsOfAnyLengthAreReadAsAnotherImplementationWritesThem() {
    var random = new Random(42);
    for (int round = 0; round < 100; round++) {
      var values = new ArrayList<String>();
      for (int length = 1; length < 60; length++) {
        // Some of it is rare and has long codes; the writer fails if that makes the text longer.
        var text = new StringBuilder();
        random.ints(length, 0, 8).forEach(rare -> text.append(letter(random, rare == 0)));
        values.add(text + "eeeeeeeeee");
      }
      assertReadAsWritten(values);
    }
  }

  private static char letter(Random random, boolean rare) {
    return rare ? RARE.charAt(random.nextInt(RARE.length())) : (char) ('a' + random.nextInt(26));
  }

  private void assertReadAsWritten(List<String> values) {
    var headers = WritableHeaders.create();
    for (int i = 0; i < values.size(); i++) {
      headers.add(HeaderValues.create(HeaderNames.create("x-" + i), values.get(i)));
    }
    var block = BufferData.growing(4_096);
    Http2Headers.create(headers)
        .write(Http2Headers.DynamicTable.create(4_096), Http2HuffmanEncoder.create(), block);
    var bytes = new byte[block.available()];
    block.read(bytes);
    var lines = decode(bytes);
    for (int i = 0; i < values.size(); i++) {
      assertTrue(lines.contains("x-" + i + ": " + values.get(i)), values.get(i));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "index 0, 80",
    "an index beyond the table, be",
    "the index of a name beyond the table, 7f0001",
    "an integer without end, ffffffffffffffff01",
    "an integer that is cut off, ff80",
    "a string beyond the block, 00056162",
    "a string that is missing, 00",
    "a value that is missing, 000161",
    "a table size above the limit, 3fe21f",
    "a table size inside the block, 8220",
    "Huffman padding of zeros, 0081180161",
    "Huffman padding of more than seven bits, 00821fff0161",
    "Huffman end of string, 0084ffffffff0161",
  })
  void whatCannotBeReadEndsTheConnection(String name, String hex) {
    var error = assertThrows(ConnectionError.class, () -> decode(hex), name);
    assertEquals(ErrorCode.COMPRESSION_ERROR, error.code());
  }

  @Test
  void aFieldLargerThanTheTableEmptiesItAndIsNoError() {
    decode(literal(0x40, "small", "field"));
    assertEquals("small: field", decode("be").getFirst());
    var large = decode(literal(0x40, "large", "x".repeat(5_000)));
    assertEquals(1, large.size());
    assertThrows(ConnectionError.class, () -> decode("be"));
  }

  @Test
  void aTableSizeOfZeroForgetsEverything() {
    decode(literal(0x40, "small", "field"));
    decode("20");
    assertThrows(ConnectionError.class, () -> decode("be"));
  }

  @Test
  void theOldestFieldsLeaveTheTableFirst() {
    for (int i = 0; i < 300; i++) {
      decode(literal(0x40, "name-" + i, "v".repeat(60)));
    }
    assertTrue(decode("be").getFirst().startsWith("name-299: "));
    int kept = 4_096 / ("name-299".length() + 60 + 32);
    decode(new byte[] {(byte) (0x80 | (61 + kept))});
    assertThrows(ConnectionError.class, () -> decode(new byte[] {(byte) (0x80 | (62 + kept))}));
  }

  @Test
  void aBlockOfManyReferencesToALargeFieldIsCountedAndNotKept() {
    decode(literal(0x40, "large", "x".repeat(4_000)));
    var bomb = new byte[1 << 20];
    Arrays.fill(bomb, (byte) 0xbe);
    var list = decoder.decode(bomb, 0, bomb.length);
    assertTrue(list.tooLarge());
    assertEquals(0, list.count());
    assertEquals("large: " + "x".repeat(4_000), decode("be").getFirst());
  }

  @Test
  void aListOfExactlyTheLimitIsKept() {
    var fits = literal(0, "name", "v".repeat(LIMIT - 4 - 32));
    assertFalse(decoder.decode(fits, 0, fits.length).tooLarge());
    var larger = literal(0, "name", "v".repeat(LIMIT - 4 - 31));
    assertTrue(decoder.decode(larger, 0, larger.length).tooLarge());
  }

  @Test
  void garbageIsReadOrRefusedAndNothingElse() {
    var random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      var garbage = new byte[random.nextInt(1, 60)];
      random.nextBytes(garbage);
      try {
        decoder.decode(garbage, 0, garbage.length);
      } catch (ConnectionError e) {
        assertEquals(ErrorCode.COMPRESSION_ERROR, e.code());
      }
    }
  }

  @Test
  void whatIsWrittenIsReadTheSameAndRepeatsAreShort() {
    var encoder = new HpackEncoder();
    var fields = new ArrayList<HeaderField>();
    fields.add(HeaderField.of(":status", "200"));
    fields.add(HeaderField.of(":status", "418"));
    fields.add(HeaderField.of("content-type", "application/grpc"));
    fields.add(HeaderField.of("x-long", "y".repeat(1_000)));
    fields.add(HeaderField.of("date", "today"));
    fields.add(HeaderField.of("x-m", "1"));
    fields.add(HeaderField.of("x-m", "2"));
    var expected = fields.stream().map(f -> f.name() + ": " + f.value()).toList();
    for (int round = 0; round < 3; round++) {
      assertEquals(expected, decode(encoded(encoder, fields)));
    }
    assertEquals(2, encoded(encoder, List.of(fields.get(0), fields.get(2))).length);
  }

  @Test
  void theWriterKeepsToTheTableThatItsReaderHas() {
    var encoder = new HpackEncoder();
    var field = HeaderField.of("content-type", "application/grpc");
    decode(encoded(encoder, List.of(field)));
    encoder.peerTableSize(0);
    encoder.peerTableSize(4_096);
    var announced = encoded(encoder, List.of(field));
    // Zero, then 4096: the reader must forget what it has (RFC 7541 section 4.2).
    assertArrayEquals(HexFormat.of().parseHex("203fe11f"), Arrays.copyOf(announced, 4));
    assertEquals("content-type: application/grpc", decode(announced).getFirst());
    encoder.peerTableSize(0);
    assertEquals(1 + 2 + 16 + 1, encoded(encoder, List.of(field)).length);
  }

  private static byte[] encoded(HpackEncoder encoder, List<HeaderField> fields) {
    var buffer = new FrameBuffer();
    encoder.encode(fields.toArray(HeaderField[]::new), buffer);
    return buffer.cut(0);
  }

  private static byte[] literal(int kind, String name, String value) {
    var block = new ByteArrayOutputStream();
    block.write(kind);
    for (var text : List.of(name, value)) {
      var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      if (bytes.length < 127) {
        block.write(bytes.length);
      } else {
        block.write(127);
        int rest = bytes.length - 127;
        while (rest >= 128) {
          block.write(rest % 128 + 128);
          rest /= 128;
        }
        block.write(rest);
      }
      block.writeBytes(bytes);
    }
    return block.toByteArray();
  }
}
