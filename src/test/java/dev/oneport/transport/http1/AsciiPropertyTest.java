package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Eight bytes at a time or one by one, the answer is the same. */
final class AsciiPropertyTest {
  @Property(tries = 5000)
  void theFirstLineFeedIsFound(
      @ForAll("bytes") byte[] bytes,
      @ForAll @IntRange(max = 40) int from,
      @ForAll @IntRange(max = 40) int to) {
    int begin = Math.min(from, bytes.length);
    int end = Math.max(begin, Math.min(to, bytes.length));
    int expected = begin;
    while (expected < end && bytes[expected] != '\n') {
      expected++;
    }
    assertEquals(expected, Ascii.lineFeed(bytes, begin, end));
  }

  @Property(tries = 5000)
  void aValueHasNoControlCharacterButTab(
      @ForAll("bytes") byte[] bytes, @ForAll @IntRange(max = 40) int from) {
    int begin = Math.min(from, bytes.length);
    boolean expected = true;
    for (int i = begin; i < bytes.length; i++) {
      int b = bytes[i] & 0xFF;
      expected &= (b >= ' ' || b == '\t') && b != 0x7F;
    }
    assertEquals(expected, Ascii.fieldValue(bytes, begin, bytes.length));
  }

  /** Mostly those at the edges of the classes. */
  @Provide
  Arbitrary<byte[]> bytes() {
    var edges =
        Arbitraries.of(
            (byte) ' ',
            (byte) '!',
            (byte) 'a',
            (byte) '~',
            (byte) '\t',
            (byte) '\n',
            (byte) 0x0B,
            (byte) 0x1F,
            (byte) 0x7F,
            (byte) 0x80,
            (byte) 0x81,
            (byte) 0x8A,
            (byte) 0xFF,
            (byte) 0);
    return Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.of((byte) 'a', (byte) 'z', (byte) 0xC3)), Tuple.of(1, edges))
        .array(byte[].class)
        .ofMaxSize(40);
  }
}
