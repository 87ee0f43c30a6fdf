package dev.oneport.config;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds characters that a text seems not to have, because they are invisible or look like others:
 * such a text is compared with one that looks the same, and never matches. Most come from documents
 * and web pages by copy and paste.
 */
final class Wording {
  /** Scripts with letters that look the same. */
  private static final Set<UnicodeScript> ALIKE =
      EnumSet.of(UnicodeScript.LATIN, UnicodeScript.CYRILLIC, UnicodeScript.GREEK);

  private Wording() {}

  /**
   * What is wrong with the characters of a text, in the words of a message whose subject is the
   * text; empty if nothing is. A text behind {@code exact:} may have any.
   */
  static Optional<String> problem(String text) {
    if (isPlain(text) || text.startsWith(Literal.EXACT)) {
      return Optional.empty();
    }
    return invisible(text).or(() -> mixed(text)).or(() -> decomposed(text));
  }

  /** Most texts are ASCII, and there may be many. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\n' && c != '\t') || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> invisible(String text) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int point = text.codePointAt(i);
      if (isInvisible(point)) {
        return Optional.of(
            "has the invisible character U+%04X at position %d: leave it out, or write %s in front of the text"
                .formatted(point, i + 1, Literal.EXACT));
      }
    }
    return Optional.empty();
  }

  private static boolean isInvisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL -> point != '\n' && point != '\r' && point != '\t';
      case Character.SPACE_SEPARATOR -> point != ' ';
      case Character.FORMAT,
          Character.UNASSIGNED,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** A word with letters of two scripts, such as a Cyrillic a among Latin letters. */
  private static Optional<String> mixed(String text) {
    var scripts = EnumSet.noneOf(UnicodeScript.class);
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int point = text.codePointAt(i);
      if (!Character.isLetter(point)) {
        scripts.clear();
      } else if (ALIKE.contains(UnicodeScript.of(point))) {
        scripts.add(UnicodeScript.of(point));
      }
      if (scripts.size() > 1) {
        return Optional.of(
            "has letters of several scripts in one word, the last of them %s (U+%04X) at position %d: type it again, or write %s in front of the text"
                .formatted(Character.getName(point), point, i + 1, Literal.EXACT));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> decomposed(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? Optional.empty()
        : Optional.of(
            "has accents as characters of their own (it is not in Unicode's form NFC), and would"
                + " differ from the same text elsewhere: type it again, or write "
                + Literal.EXACT
                + " in front of the text");
  }
}
