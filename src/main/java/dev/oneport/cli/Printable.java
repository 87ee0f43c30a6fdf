package dev.oneport.cli;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Makes what a server says fit to be shown: control characters, by which it would move the cursor,
 * colour the window or type for its reader, those that turn the direction of writing, and
 * separators of lines become visible escapes, as JSON writes them.
 */
final class Printable {
  private static final String DIRECTIONS = "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069";
  private static final Pattern IN_A_LINE = Pattern.compile("[\\p{Cc}" + DIRECTIONS + "]");
  private static final Pattern IN_A_TEXT =
      Pattern.compile("(?!\\r?\\n|\\t)[\\p{Cc}" + DIRECTIONS + "]");

  private Printable() {}

  /** On one line; JSON on one line stays JSON of the same meaning. */
  static String line(String said) {
    return escaped(IN_A_LINE, said);
  }

  /** Lines and tabs stay. */
  static String text(String said) {
    return escaped(IN_A_TEXT, said);
  }

  private static String escaped(Pattern pattern, String said) {
    return pattern.matcher(said).replaceAll(Printable::escape);
  }

  private static String escape(MatchResult found) {
    return String.format(Locale.ROOT, "\\\\u%04x", (int) found.group().charAt(0));
  }
}
