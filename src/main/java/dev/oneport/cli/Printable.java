package dev.oneport.cli;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Makes text from a server safe to print. Control characters, which can move the cursor, change
 * colours or inject input, characters that change the writing direction, and line separators become
 * visible JSON escapes.
 */
final class Printable {
  private static final String DIRECTIONS = "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069";
  private static final Pattern IN_A_LINE = Pattern.compile("[\\p{Cc}" + DIRECTIONS + "]");
  private static final Pattern IN_A_TEXT =
      Pattern.compile("(?!\\r?\\n|\\t)[\\p{Cc}" + DIRECTIONS + "]");

  private Printable() {}

  /** Makes one line; JSON on one line keeps its meaning. */
  static String line(String text) {
    return escaped(IN_A_LINE, text);
  }

  /** Keeps line breaks and tabs. */
  static String text(String text) {
    return escaped(IN_A_TEXT, text);
  }

  private static String escaped(Pattern pattern, String text) {
    return pattern.matcher(text).replaceAll(Printable::escape);
  }

  private static String escape(MatchResult found) {
    return String.format(Locale.ROOT, "\\\\u%04x", (int) found.group().charAt(0));
  }
}
