package dev.oneport.proxies;

import java.util.List;
import java.util.Optional;

/**
 * Reads the elements of a header's lists from last to first. Every proxy appends its element, so
 * the elements of trusted proxies are read before those that a client sent, and the client's part
 * cannot affect how they are parsed.
 */
final class LastFirst {
  private final List<String> lines;
  private final boolean quotes;
  private int line;
  private int end;

  /**
   * @param quotes whether commas in quoted strings do not separate elements
   */
  LastFirst(List<String> lines, boolean quotes) {
    this.lines = lines;
    this.quotes = quotes;
    this.line = lines.size();
    this.end = -1;
  }

  /** The next element, whose text may be empty; empty after the first element of the first line. */
  Optional<String> next() {
    if (end < 0) {
      if (line == 0) {
        return Optional.empty();
      }
      line--;
      end = lines.get(line).length();
    }
    var text = lines.get(line);
    int comma = comma(text, end);
    var element = text.substring(comma + 1, end).strip();
    end = comma;
    return Optional.of(element);
  }

  private int comma(String text, int before) {
    boolean quoted = false;
    for (int at = before - 1; at >= 0; at--) {
      char c = text.charAt(at);
      if (c == '"' && quotes && !(quoted && isEscaped(text, at))) {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return at;
      }
    }
    return -1;
  }

  /** Whether an odd number of backslashes precedes the character. */
  private static boolean isEscaped(String text, int at) {
    int first = at;
    while (first > 0 && text.charAt(first - 1) == '\\') {
      first--;
    }
    return (at - first) % 2 == 1;
  }
}
