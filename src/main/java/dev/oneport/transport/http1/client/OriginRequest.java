package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The head of a request.
 *
 * @param target the path and the query
 * @param fields all fields except those for the framing of the content
 * @param length the length of the content; {@link #NONE} without content, {@link #UNKNOWN} if it is
 *     chunked
 */
public record OriginRequest(String method, String target, List<HeaderLine> fields, long length) {
  public static final long NONE = -1;
  public static final long UNKNOWN = -2;

  /** Most heads are smaller. */
  private static final int SIZE = 1 << 10;

  public OriginRequest {
    fields = List.copyOf(fields);
  }

  boolean chunked() {
    return length == UNKNOWN;
  }

  /**
   * Serializes the head.
   *
   * @throws IllegalArgumentException if a value cannot be sent
   */
  byte[] bytes() {
    check(method + target, '!');
    var text = new StringBuilder(SIZE);
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    append(text, fields);
    if (chunked()) {
      text.append("Transfer-Encoding: chunked\r\n");
    } else if (length != NONE) {
      text.append("Content-Length: ").append(length).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Fields as they are written. */
  static String lines(List<HeaderLine> fields) {
    var text = new StringBuilder(256);
    append(text, fields);
    return text.toString();
  }

  private static void append(StringBuilder text, List<HeaderLine> fields) {
    for (var field : fields) {
      check(field.name(), '!');
      check(field.value(), ' ');
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
  }

  /** Rejects line breaks, which could start another field or request. */
  private static void check(String text, char least) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xFF || c == 0x7F || (c < least && !(c == '\t' && least == ' '))) {
        throw new IllegalArgumentException("a field cannot be sent");
      }
    }
  }
}
