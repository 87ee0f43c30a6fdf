package dev.oneport.audit;

/**
 * Writes JSON objects, one after the other, into the same memory. A library's builder would log on
 * its own at the finest level, and so be called again by the log line that it is writing.
 */
final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(512);

  /** Forgets what was written and begins an object. */
  JsonWriter begin() {
    out.setLength(0);
    out.append('{');
    return this;
  }

  /** Begins an object inside. */
  JsonWriter object(String name) {
    name(name);
    out.append('{');
    return this;
  }

  JsonWriter end() {
    out.append('}');
    return this;
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
    out.append(value);
    return this;
  }

  JsonWriter add(String name, double value) {
    name(name);
    out.append(value);
    return this;
  }

  JsonWriter add(String name, boolean value) {
    name(name);
    out.append(value);
    return this;
  }

  /** What was written; changes with the next object. */
  CharSequence text() {
    return out;
  }

  private void name(String name) {
    if (out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    text(name);
    out.append(':');
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == '\u007f') {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
          } else {
            out.append(Character.isSurrogate(c) && !paired(text, i) ? '\ufffd' : c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Half a surrogate pair cannot be written as UTF-8. */
  private static boolean paired(String text, int at) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c)
        ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }
}
