package dev.oneport.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON objects, one after the other, as UTF-8 into one buffer. A library's builder logs at
 * the finest level, and would so be called again by the log line that it is writing.
 */
final class JsonWriter {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int NANO_DIGITS = 9;

  /** Where a double has no exponent, and its digits are exactly those of the nanoseconds. */
  private static final long PLAIN_FROM = 1_000_000;

  private static final long PLAIN_TO = 1_000_000_000_000_000L;
  private static final char DELETE = '\u007f';

  private final EncodedTexts encoded = new EncodedTexts();
  private byte[] out = new byte[1 << 10];
  private int size;

  /** Begins an object. */
  JsonWriter begin() {
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

  /** Begins a nested object. */
  JsonWriter object(JsonName name) {
    return name(name).plain('{');
  }

  /** Adds a value that is unlikely to come again. */
  JsonWriter add(JsonName name, String value) {
    name(name);
    text(LogLine.withoutTokens(value));
    return this;
  }

  /** Adds a value that comes again and again, and so is encoded once. */
  JsonWriter addRepeated(JsonName name, String value) {
    return name(name).plain('"').repeated(value).plain('"');
  }

  JsonWriter addRepeatedUnlessEmpty(JsonName name, String value) {
    return value.isEmpty() ? this : addRepeated(name, value);
  }

  JsonWriter add(JsonName name, long value) {
    name(name);
    number(value);
    return this;
  }

  JsonWriter add(JsonName name, boolean value) {
    name(name);
    ascii(Boolean.toString(value));
    return this;
  }

  /** Adds a value of ASCII characters that need no escape. */
  JsonWriter addPlain(JsonName name, String value) {
    name(name).plain('"');
    ascii(value);
    return plain('"');
  }

  /** Adds a time in seconds, as {@link Double#toString(double)} would. */
  JsonWriter addSeconds(JsonName name, long nanos) {
    name(name);
    if (nanos >= PLAIN_FROM && nanos < PLAIN_TO) {
      fraction(nanos, 1);
    } else {
      ascii(Double.toString(nanos / (double) NANOS_PER_SECOND));
    }
    return this;
  }

  /** Adds a time in the JSON form of a google.protobuf.Duration, which has no exponents. */
  JsonWriter addDuration(JsonName name, long nanos) {
    name(name).plain('"');
    fraction(nanos, NANO_DIGITS);
    return plain('s').plain('"');
  }

  /** Begins a value that is put together of parts. */
  JsonWriter beginText(JsonName name) {
    return name(name).plain('"');
  }

  /** Adds ASCII characters that need no escape to a value. */
  JsonWriter part(String constant) {
    ascii(constant);
    return this;
  }

  /** Adds a text that comes again and again to a value. */
  JsonWriter repeated(String text) {
    var bytes = encoded.of(text);
    reserve(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
    return this;
  }

  JsonWriter endText() {
    return plain('"');
  }

  /** How many bytes were written. */
  int size() {
    return size;
  }

  /** Truncates to the first bytes. */
  void truncate(int length) {
    size = length;
  }

  /** The buffer, whose first bytes were written. */
  byte[] buffer() {
    return out;
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

  private JsonWriter name(JsonName name) {
    if (out[size - 1] != '{') {
      plain(',');
    }
    var bytes = name.bytes();
    reserve(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
    return this;
  }

  private void number(long value) {
    if (value < 0) {
      ascii(Long.toString(value));
      return;
    }
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    digits(value, digits);
  }

  private void digits(long value, int digits) {
    reserve(digits);
    long rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /**
   * Nanoseconds as seconds.
   *
   * @param fewest how many digits the fraction has at least
   */
  private void fraction(long nanos, int fewest) {
    number(nanos / NANOS_PER_SECOND);
    plain('.');
    digits(nanos % NANOS_PER_SECOND, NANO_DIGITS);
    for (int digits = NANO_DIGITS; digits > fewest && out[size - 1] == '0'; digits--) {
      size--;
    }
  }

  private void text(String text) {
    plain('"');
    escaped(text);
    plain('"');
  }

  /** Adds a text without quotes. */
  JsonWriter escaped(String text) {
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
    return this;
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
