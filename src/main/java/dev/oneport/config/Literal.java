package dev.oneport.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text that is compared exactly. Characters that other programs use for patterns or lists have no
 * special meaning, so a text with one would never match.
 */
public final class Literal {
  /** The prefix of a text that really contains such characters. */
  public static final String EXACT = "exact:";

  private static final Pattern MEANINGLESS = Pattern.compile("[*{}\\[\\]<>^$;,]");

  private static final Pattern QUOTED =
      Pattern.compile(
          "(?s)\".*\"|'.*'|`.*`|[\u201c\u201d].*[\u201c\u201d]|[\u2018\u2019].*[\u2018\u2019]");

  private Literal() {}

  /** Adds the prefix to a text that contains such characters. */
  public static String written(String text) {
    return MEANINGLESS.matcher(text).find() || text.startsWith(EXACT) ? EXACT + text : text;
  }

  /** The text without the prefix. */
  public static String of(String written) {
    return written.startsWith(EXACT) ? written.substring(EXACT.length()) : written;
  }

  /**
   * Checks a text; returns the problem, if there is one.
   *
   * @param instead advises the operator what to write instead of a pattern
   */
  public static Optional<String> problem(String written, String instead) {
    return problem(written, "", instead);
  }

  /** The same where one of these characters has a meaning. */
  public static Optional<String> problem(String written, String meaningful, String instead) {
    return endsProblem(written).or(() -> characterProblem(written, meaningful, instead));
  }

  /** Reports what a variable often has too much; not with the text, which may be a secret. */
  public static void reportEnds(Section section, String key, String text) {
    if (endsProblem(text).isPresent()) {
      section.problem(key, "begins or ends with a blank, a line break or quotes: leave them out");
    }
  }

  /**
   * Checks the ends of a text that may have any characters; returns the problem, if there is one.
   */
  public static Optional<String> endsProblem(String written) {
    if (written.startsWith(EXACT)) {
      return Optional.empty();
    }
    if (!written.equals(written.strip())) {
      return Optional.of(
          "'%s' begins or ends with a blank or a line break, which is part of the text: leave it out, or write %s in front"
              .formatted(written.strip(), EXACT));
    }
    return QUOTED.matcher(written).matches()
        ? Optional.of(
            "%s has quotes at both ends, which are part of the text: leave them out, as in a variable of the environment, or write %s in front"
                .formatted(written, EXACT))
        : Optional.empty();
  }

  private static Optional<String> characterProblem(
      String written, String meaningful, String instead) {
    var found = MEANINGLESS.matcher(written.replace(meaningful, ""));
    if (written.startsWith(EXACT) || !found.find()) {
      return Optional.empty();
    }
    var divides = found.group().matches("[;,]");
    return Optional.of(
        "'%s' has a %s, which %s here: %s; a text that really has it is written %s%s"
            .formatted(
                written,
                found.group(),
                divides ? "divides nothing" : "is not a pattern",
                divides
                    ? "write each as an item of the list, or a variable's with commas"
                    : instead,
                EXACT,
                written));
  }
}
