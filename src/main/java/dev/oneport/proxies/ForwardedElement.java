package dev.oneport.proxies;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One proxy's description of a request: an element of {@code Forwarded} (RFC 7239 section 4).
 *
 * @param values the parameters by name in lower case; empty if the element is malformed
 */
record ForwardedElement(Map<String, String> values) {
  private static final Pattern PAIR =
      Pattern.compile(
          "\\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)="
              + "(?:([A-Za-z0-9!#$%&'*+.^_`|~-]+)|\"((?:[^\"\\\\]|\\\\.){0,300})\")\\s*(?:;|$)");

  /** Longer than an element of four parameters with the longest names. */
  private static final int LONGEST = 1500;

  static ForwardedElement of(String text) {
    var values = new HashMap<String, String>();
    var pair = PAIR.matcher(text);
    int at = 0;
    while (at < text.length()
        && text.length() <= LONGEST
        && pair.region(at, text.length()).lookingAt()) {
      var value = pair.group(2) != null ? pair.group(2) : pair.group(3).replaceAll("\\\\(.)", "$1");
      if (values.put(pair.group(1).toLowerCase(Locale.ROOT), value) != null) {
        return new ForwardedElement(Map.of());
      }
      at = pair.end();
    }
    return new ForwardedElement(at == text.length() ? values : Map.of());
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
