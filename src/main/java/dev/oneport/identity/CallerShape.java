package dev.oneport.identity;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the names of an issuer's callers look like, behind its {@code caller-prefix}: a rule for
 * another name would never apply.
 *
 * @param names all names that the issuer could give
 * @param samples some of them, the first of which is shown in a message; parts of them show whether
 *     a pattern could name one
 */
record CallerShape(Pattern names, List<String> samples) {
  private static final String WORD = "a";

  /** Any text that is not blank. */
  static final CallerShape ANY = of(".*\\S.*", "");

  static final CallerShape EMAIL = of("[^@\\s]+@[^@\\s]+", "alice@example.com");

  /** Google accounts; the addresses of service accounts have no capitals. */
  static final CallerShape GOOGLE =
      of("(?!(?=.*[A-Z])(?i:.*\\.gserviceaccount\\.com)$)[^@\\s]+@[^@\\s]+", "alice@example.com");

  CallerShape {
    samples = List.copyOf(samples);
  }

  static CallerShape of(String pattern, String example) {
    return new CallerShape(Pattern.compile(pattern, Pattern.DOTALL), List.of(example));
  }

  /** This one name. */
  static CallerShape only(String name) {
    return only(List.of(name));
  }

  /** These names. */
  static CallerShape only(Collection<String> names) {
    var sorted = names.stream().sorted().toList();
    var pattern = sorted.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new CallerShape(Pattern.compile(pattern, Pattern.DOTALL), sorted);
  }

  /** What they look like, for a message. */
  String example() {
    return samples.isEmpty() ? "" : samples.getFirst();
  }

  boolean isAddress() {
    return equals(EMAIL) || equals(GOOGLE);
  }

  boolean fits(String name) {
    return names.matcher(name).matches();
  }

  /**
   * Whether a name may begin with one text and end with another, with more between: a word, or a
   * part of a sample.
   */
  boolean mayBe(String head, String tail) {
    return Stream.concat(
            Stream.of(WORD),
            samples.stream()
                .flatMap(it -> Stream.of(it, it.toLowerCase(Locale.ROOT)))
                .distinct()
                .flatMap(CallerShape::parts))
        .anyMatch(part -> fits(head + part + tail));
  }

  private static Stream<String> parts(String text) {
    return Stream.iterate(0, from -> from < text.length(), from -> from + 1)
        .flatMap(
            from ->
                Stream.iterate(from + 1, to -> to <= text.length(), to -> to + 1)
                    .map(to -> text.substring(from, to)));
  }

  /** Patterns compare by their text. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CallerShape(var pattern, var others)
        && pattern.pattern().equals(names.pattern())
        && others.equals(samples);
  }

  @Override
  public int hashCode() {
    return names.pattern().hashCode();
  }
}
