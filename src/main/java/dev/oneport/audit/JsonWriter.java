package dev.oneport.audit;

import java.util.Map;

/**
 * Writes one JSON object on one line. A library's builder would log on its own at the finest level,
 * and so be called again by the log line that it is writing.
 */
final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(256).append('{');

  JsonWriter add(String name, Object value) {
    if (out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    text(name);
    out.append(':');
    value(value);
    return this;
  }

  /** The whole object. */
  String end() {
    return out.append('}').toString();
  }

  private void value(Object value) {
    switch (value) {
      case Boolean flag -> out.append(flag);
      case Integer number -> out.append(number);
      case Long number -> out.append(number);
      case Map<?, ?> object -> object(object);
      default -> text(LogLine.withoutTokens(value.toString()));
    }
  }

  private void object(Map<?, ?> object) {
    out.append('{');
    object.forEach((name, value) -> add(String.valueOf(name), value));
    out.append('}');
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
