package dev.oneport.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Builds HTTP/2 frames and header blocks by hand (RFC 9113, RFC 7541). */
public final class Http2Bytes {
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private Http2Bytes() {}

  public static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >>> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** A header block from alternating names and values, all as literals. */
  public static byte[] block(String... namesAndValues) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      // Helidon's decoder accepts names of pseudo-header fields only by index.
      int index =
          List.of("", ":authority", ":method", "", ":path", "", ":scheme")
              .indexOf(namesAndValues[i]);
      block.write(Math.max(index, 0));
      if (index <= 0) {
        string(block, namesAndValues[i]);
      }
      string(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    integer(block, bytes.length);
    block.writeBytes(bytes);
  }

  private static void integer(ByteArrayOutputStream block, int value) {
    if (value < 127) {
      block.write(value);
      return;
    }
    block.write(127);
    int rest = value - 127;
    while (rest >= 128) {
      block.write(rest % 128 + 128);
      rest /= 128;
    }
    block.write(rest);
  }
}
