package dev.oneport.transport.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encodes {@code grpc-message}: all characters but printable ASCII, and the percent sign.
 */
final class StatusMessage {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private StatusMessage() {}

  static byte[] encode(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      if (mustEscape(b)) {
        return escape(bytes);
      }
    }
    // A field's value must not begin or end with a space.
    return text.strip().length() == text.length() ? bytes : escape(bytes);
  }

  private static byte[] escape(byte[] bytes) {
    var target = new ByteArrayOutputStream(bytes.length + 16);
    for (int i = 0; i < bytes.length; i++) {
      boolean outer = i == 0 || i == bytes.length - 1;
      if (mustEscape(bytes[i]) || (outer && bytes[i] == ' ')) {
        target.write('%');
        target.write(HEX[(bytes[i] >> 4) & 0xF]);
        target.write(HEX[bytes[i] & 0xF]);
      } else {
        target.write(bytes[i]);
      }
    }
    return target.toByteArray();
  }

  private static boolean mustEscape(byte b) {
    return b < ' ' || b > '~' || b == '%';
  }
}
