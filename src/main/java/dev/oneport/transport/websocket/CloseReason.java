package dev.oneport.transport.websocket;

import java.nio.charset.StandardCharsets;

/**
 * The content of a close frame that the server sends: a code that may be sent (RFC 6455 section
 * 7.4) and a text, truncated at a character boundary to the 123 bytes that fit.
 *
 * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
 * @param text the reason for the peer; may be empty
 */
public record CloseReason(int code, String text) {
  private static final int MAX_TEXT_BYTES = 123;

  public CloseReason {
    if (!CloseCode.sendable(code)) {
      throw new IllegalArgumentException("a close frame cannot carry the code " + code);
    }
    text = cut(text);
  }

  private static String cut(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_TEXT_BYTES) {
      return text;
    }
    var end = MAX_TEXT_BYTES;
    while (continuation(bytes[end])) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static boolean continuation(byte b) {
    return (b & 0xc0) == 0x80;
  }

  /** The payload of the close frame. */
  byte[] payload() {
    return payload(code, text);
  }

  /** The payload of a close frame; empty for code 1005. */
  static byte[] payload(int code, String text) {
    if (code == CloseCode.NO_CODE) {
      return new byte[0];
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var payload = new byte[2 + bytes.length];
    payload[0] = (byte) (code >>> 8);
    payload[1] = (byte) code;
    System.arraycopy(bytes, 0, payload, 2, bytes.length);
    return payload;
  }
}
