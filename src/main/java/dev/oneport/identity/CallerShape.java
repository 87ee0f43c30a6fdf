package dev.oneport.identity;

import java.util.regex.Pattern;

/**
 * What the names of an issuer's callers look like, behind its {@code caller-prefix}: a rule for
 * another name would never apply.
 *
 * @param names all names that the issuer could give
 * @param example what they look like, for a message
 */
record CallerShape(Pattern names, String example) {
  /** Any text that is not blank. */
  static final CallerShape ANY = of(".*\\S.*", "");

  static final CallerShape EMAIL = of("[^@\\s]+@[^@\\s]+", "alice@example.com");

  /** Google accounts; the addresses of service accounts have no capitals. */
  static final CallerShape GOOGLE =
      of("(?!(?=.*[A-Z])(?i:.*\\.gserviceaccount\\.com)$)[^@\\s]+@[^@\\s]+", "alice@example.com");

  static CallerShape of(String pattern, String example) {
    return new CallerShape(Pattern.compile(pattern, Pattern.DOTALL), example);
  }

  /** This one name. */
  static CallerShape only(String name) {
    return of(Pattern.quote(name), name);
  }

  boolean fits(String name) {
    return names.matcher(name).matches();
  }

  /** Whether a name may begin with a text, and go on behind it. */
  @SuppressWarnings("JdkObsolete") // asks exactly that: whether more text could match
  boolean mayBegin(String text) {
    var matcher = names.matcher(text);
    return matcher.matches() || matcher.hitEnd();
  }

  /** Patterns compare by their text. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CallerShape(var pattern, var text)
        && pattern.pattern().equals(names.pattern())
        && text.equals(example);
  }

  @Override
  public int hashCode() {
    return names.pattern().hashCode();
  }
}
