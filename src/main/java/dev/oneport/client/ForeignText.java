package dev.oneport.client;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns text from outside into one short, harmless line: without control characters that a terminal
 * would act on, and without anything that looks like a token.
 */
public final class ForeignText {
  private static final int LONGEST = 200;
  private static final Pattern JWT =
      Pattern.compile("[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*");
  private static final Pattern OPAQUE = Pattern.compile("[A-Za-z0-9_+/=-]{48,}");
  private static final Pattern API_KEY =
      Pattern.compile("oneport_(?=[a-z0-9_]*[A-Z-])[A-Za-z0-9_-]{8,}");
  private static final Pattern BEARER = Pattern.compile("(?i)\\bbearer\\s+[\\w.~+/=-]{8,}");

  private ForeignText() {}

  /** The text as one line; empty if it is null. */
  public static String line(@Nullable String text) {
    if (text == null) {
      return "";
    }
    var start = text.length() > 4 * LONGEST ? text.substring(0, 4 * LONGEST) : text;
    var line = start.replaceAll("[\\p{C}\\s]+", " ").strip();
    for (var secret : new Pattern[] {BEARER, API_KEY, JWT, OPAQUE}) {
      line = secret.matcher(line).replaceAll("(left out)");
    }
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
  }
}
