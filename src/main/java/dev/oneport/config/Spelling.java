package dev.oneport.config;

import java.util.Collection;
import java.util.Locale;

/** Whether one word is probably a misspelling of another: at most two letters differ. */
public final class Spelling {
  private static final int NEAR = 2;

  private Spelling() {}

  /** The question to append to a message about an unknown name; empty if no known one is near. */
  public static String hint(String word, Collection<String> known) {
    return known.stream()
        .sorted()
        .filter(it -> near(it.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .map(it -> "; did you mean " + it + "?")
        .orElse("");
  }

  static boolean near(String one, String other) {
    if (Math.abs(one.length() - other.length()) > NEAR) {
      return false;
    }
    var row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()] <= NEAR;
  }
}
