package dev.oneport.audit;

/**
 * Writes JSON objects, one after the other, as UTF-8 into one buffer. A library's builder logs at
 * the finest level, and would so be called again by the log line that it is writing.
 */
final class JsonWriter {
  private static final char DELETE = '\u007f';

  private final EncodedTexts encoded = new EncodedTexts();
  private final ByteText out = new ByteText();

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
    out.number(value);
    return this;
  }

  JsonWriter add(JsonName name, boolean value) {
    name(name);
    out.ascii(Boolean.toString(value));
    return this;
  }

  /** Adds a value of ASCII characters that need no escape. */
  JsonWriter addPlain(JsonName name, String value) {
    name(name).plain('"');
    out.ascii(value);
    return plain('"');
  }

  /** Adds a time in seconds, as {@link Double#toString(double)} would. */
  JsonWriter addSeconds(JsonName name, long nanos) {
    name(name);
    out.seconds(nanos);
    return this;
  }

  /** Adds a time in the JSON form of a google.protobuf.Duration, which has no exponents. */
  JsonWriter addDuration(JsonName name, long nanos) {
    name(name).plain('"');
    out.duration(nanos);
    return plain('s').plain('"');
  }

  /** Begins a value that is put together of parts. */
  JsonWriter beginText(JsonName name) {
    return name(name).plain('"');
  }

  /** Adds ASCII characters that need no escape to a value. */
  JsonWriter part(String constant) {
    out.ascii(constant);
    return this;
  }

  /** Adds a text that comes again and again to a value. */
  JsonWriter repeated(String text) {
    out.bytes(encoded.of(text));
    return this;
  }

  /** Adds a number as 16 hexadecimal digits to a value. */
  JsonWriter hex(long number) {
    out.hex(number);
    return this;
  }

  JsonWriter endText() {
    return plain('"');
  }

  /** How many bytes were written. */
  int size() {
    return out.size();
  }

  /** Truncates to the first bytes. */
  void truncate(int length) {
    out.truncate(length);
  }

  /** The buffer, whose first bytes were written. */
  byte[] buffer() {
    return out.buffer();
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void name(String name) {
    if (out.last() != '{') {
      plain(',');
    }
    text(name);
    plain(':');
  }

  private JsonWriter name(JsonName name) {
    if (out.last() != '{') {
      plain(',');
    }
    out.bytes(name.bytes());
    return this;
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
        out.ascii(text, from, i);
        i += special(text.codePointAt(i)) - 1;
        from = i + 1;
      }
    }
    out.ascii(text, from, text.length());
    return this;
  }

  /**
   * Writes a character that needs escaping or more than one byte; returns how many chars of the
   * text it takes.
   */
  private int special(int character) {
    switch (character) {
      case '"', '\\' -> plain('\\').plain((char) character);
      case '\n' -> out.ascii("\\n");
      case '\t' -> out.ascii("\\t");
      default -> {
        if (Character.getType(character) == Character.SURROGATE) {
          // Half of a pair cannot be written as UTF-8.
          out.utf8("\ufffd");
        } else if (Visible.hidden(character)) {
          var escape = new StringBuilder();
          Visible.appendEscape(escape, character);
          out.ascii(escape.toString());
        } else {
          out.utf8(Character.toString(character));
        }
      }
    }
    return Character.charCount(character);
  }

  private JsonWriter plain(char character) {
    out.plain(character);
    return this;
  }
}
