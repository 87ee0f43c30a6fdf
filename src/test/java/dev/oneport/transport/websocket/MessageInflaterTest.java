package dev.oneport.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.Mutations;
import java.util.Arrays;
import java.util.zip.Deflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A compressed text is accepted or refused alike, however its bytes are cut into pieces. */
final class MessageInflaterTest {
  private static final int MOST = 1_000;

  @Property
  void theOutcomeDoesNotDependOnThePieces(
      @ForAll("compressed") byte[] bytes, @ForAll @IntRange(min = 1, max = 20) int piece) {
    assertEquals(outcome(bytes, bytes.length), outcome(bytes, piece));
  }

  private static String outcome(byte[] bytes, int piece) {
    var inflater = new MessageInflater(new Codecs());
    var message = new Message(Opcode.TEXT, true, MOST);
    try {
      for (var at = 0; at < bytes.length; at += piece) {
        inflater.add(bytes, at, Math.min(bytes.length, at + piece), message::add);
      }
      inflater.end(message::add);
      return message.takeText(true);
    } catch (WebSocketFailure e) {
      return String.valueOf(e.getMessage());
    } finally {
      inflater.close();
    }
  }

  @Provide
  Arbitrary<byte[]> compressed() {
    var texts = Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(MOST + 100);
    var compressed = texts.map(text -> compress(text.getBytes(ISO_8859_1)));
    var pieces = Arbitraries.bytes().array(byte[].class).ofMaxSize(4);
    return Arbitraries.oneOf(compressed, Mutations.of(compressed, pieces));
  }

  private static byte[] compress(byte[] bytes) {
    try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      deflater.setInput(bytes);
      var compressed = new byte[2 * MOST + 1_000];
      var length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
      return Arrays.copyOf(compressed, length);
    }
  }
}
