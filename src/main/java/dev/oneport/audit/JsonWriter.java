package dev.oneport.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON objects, one after the other, as UTF-8 into one buffer. A library's builder logs at
 * the finest level, and would so be called again by the log line that it is writing.
 */
final class JsonWriter {
  private static final char DELETE = '\u007f';

  private byte[] out = new byte[1 << 10];
  private int size;

  /** Begins an object. */
  JsonWriter begin() {
    return plain('{');
  }

  /** Begins a nested object. */
  JsonWriter object(String name) {
    name(name);
    return plain('{');
  }

  JsonWriter end() {
    return plain('}');
  }

  /** Ends the line of an object. */
  JsonWriter line() {
    return plain('\n');
  }

  JsonWriter add(String name, String value) {
    name(name);
    text(LogLine.withoutTokens(value));
    return this;
  }

  JsonWriter addUnlessEmpty(String name, String value) {
    return value.isEmpty() ? this : add(name, value);
  }

  JsonWriter add(String name, long value) {
    name(name);
    ascii(Long.toString(value));
    return this;
  }

  JsonWriter add(String name, double value) {
    name(name);
    ascii(Double.toString(value));
    return this;
  }

  JsonWriter add(String name, boolean value) {
    name(name);
    ascii(Boolean.toString(value));
    return this;
  }

  /** How many bytes were written. */
  int size() {
    return size;
  }

  /** Truncates to the first bytes. */
  void truncate(int length) {
    size = length;
  }

  /** A copy of the bytes. */
  byte[] bytes() {
    return Arrays.copyOf(out, size);
  }

  @Override
  public String toString() {
    return new String(out, 0, size, StandardCharsets.UTF_8);
  }

  private void name(String name) {
    if (out[size - 1] != '{') {
      plain(',');
    }
    text(name);
    plain(':');
  }

  private void text(String text) {
    plain('"');
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= DELETE || c == '"' || c == '\\') {
        ascii(text, from, i);
        i += special(text.codePointAt(i)) - 1;
        from = i + 1;
      }
    }
    ascii(text, from, text.length());
    plain('"');
  }

  /**
   * Writes a character that needs escaping or more than one byte; returns how many chars of the
   * text it takes.
   */
  private int special(int character) {
    switch (character) {
      case '"', '\\' -> plain('\\').plain((char) character);
      case '\n' -> ascii("\\n");
      case '\t' -> ascii("\\t");
      default -> {
        if (Character.getType(character) == Character.SURROGATE) {
          // Half of a pair cannot be written as UTF-8.
          utf8("\ufffd");
        } else if (Visible.hidden(character)) {
          var escape = new StringBuilder();
          Visible.appendEscape(escape, character);
          ascii(escape.toString());
        } else {
          utf8(Character.toString(character));
        }
      }
    }
    return Character.charCount(character);
  }

  private void utf8(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    reserve(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
  }

  private void ascii(String text) {
    ascii(text, 0, text.length());
  }

  /** Copies an ASCII-only part, for which a method that drops the high bytes is correct. */
  @SuppressWarnings("deprecation")
  private void ascii(String text, int from, int to) {
    reserve(to - from);
    text.getBytes(from, to, out, size);
    size += to - from;
  }

  private JsonWriter plain(char character) {
    reserve(1);
    out[size++] = (byte) character;
    return this;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
    }
  }
}
