package dev.oneport.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Suggests the name that was probably meant. */
final class DidYouMean {
  private static final int MOST_NAMES = 8;

  private DidYouMean() {}

  /** The suggestion to append to a message about an unknown name; empty if no names are known. */
  static String of(String wanted, List<String> known) {
    var nearest = known.stream().min(Comparator.comparingInt(each -> distance(wanted, each)));
    if (nearest.isPresent()
        && distance(wanted, nearest.get()) <= Math.max(2, wanted.length() / 3)) {
      return "; did you mean " + nearest.get() + "?";
    }
    if (known.isEmpty()) {
      return "";
    }
    var names = known.stream().sorted().limit(MOST_NAMES).toList();
    return ", but "
        + String.join(", ", names)
        + (known.size() > MOST_NAMES ? " and " + (known.size() - MOST_NAMES) + " more" : "");
  }

  /** The Levenshtein distance, ignoring case. */
  private static int distance(String one, String other) {
    var a = one.toLowerCase(Locale.ROOT);
    var b = other.toLowerCase(Locale.ROOT);
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
