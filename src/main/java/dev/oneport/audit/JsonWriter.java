package dev.oneport.audit;

/**
 * Writes JSON objects, one after the other, into the same memory. A library's builder would log on
 * its own at the finest level, and so be called again by the log line that it is writing.
 */
final class JsonWriter {
  private static final char DELETE = '\u007f';

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
      if (c >= ' ' && c < DELETE) {
        if (c == '"' || c == '\\') {
          out.append('\\');
        }
        out.append(c);
      } else {
        i += special(text.codePointAt(i)) - 1;
      }
    }
    out.append('"');
  }

  /** Writes a character that is not plain; how many places it takes in the text. */
  private int special(int character) {
    if (character == '\n') {
      out.append("\\n");
    } else if (character == '\t') {
      out.append("\\t");
    } else if (Character.getType(character) == Character.SURROGATE) {
      // Half of a pair cannot be written as UTF-8.
      out.append('\ufffd');
    } else if (Visible.hidden(character)) {
      Visible.appendEscape(out, character);
    } else {
      out.appendCodePoint(character);
    }
    return Character.charCount(character);
  }
}
