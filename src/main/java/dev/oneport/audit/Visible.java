package dev.oneport.audit;

/**
 * Tells which characters a reader would not see or could be deceived by: control and format
 * characters, such as those that reverse the direction of writing, and line separators.
 */
final class Visible {
  private static final int LONGEST_NAME = 256;

  private Visible() {}

  /** Whether a character, or half of one, must be escaped to be seen. */
  static boolean hidden(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          true;
      default -> false;
    };
  }

  /** The text with hidden characters as JSON escapes, except line breaks and tabs. */
  static String text(String text) {
    if (text.codePoints().noneMatch(Visible::escaped)) {
      return text;
    }
    var visible = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (escaped(character)) {
                appendEscape(visible, character);
              } else {
                visible.appendCodePoint(character);
              }
            });
    return visible.toString();
  }

  /** The JSON escape of a character: a pair of escapes outside the basic plane. */
  static void appendEscape(StringBuilder out, int character) {
    for (char half : Character.toChars(character)) {
      out.append("\\u").append(String.format("%04x", (int) half));
    }
  }

  /** A caller's name, shortened to fit a line: the issuer chooses its length. */
  static String name(String name) {
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    var end = Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1)) ? 1 : 0;
    return name.substring(0, LONGEST_NAME - end) + "... (" + name.length() + " characters)";
  }

  private static boolean escaped(int character) {
    return character != '\n' && character != '\t' && hidden(character);
  }
}
