package dev.oneport.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of a pattern, in order: {@code *} matches one name that is not empty, and {@code **} at
 * the end any number of names, including none.
 *
 * @param rest whether it ends in {@code **}, which is not among the names
 */
public record Segments(List<String> names, boolean rest) {
  static final String ONE = "*";
  static final String ANY = "**";

  public Segments {
    names = List.copyOf(names);
  }

  /** The parts of a text between separators. */
  static Segments of(String text, String separator) {
    var names = Arrays.asList(text.split(Pattern.quote(separator), -1));
    return names.getLast().equals(ANY)
        ? new Segments(names.subList(0, names.size() - 1), true)
        : new Segments(names, false);
  }

  /** The segments of a path, which begins with a slash. */
  public static Segments ofPath(String path) {
    return of(path.substring(1), "/");
  }

  /** Whether {@code **} occurs anywhere but at the end. */
  boolean malformed() {
    return names.contains(ANY);
  }

  /** Whether this pattern matches everything that {@code other} matches. */
  public boolean contains(Segments other) {
    if (other.names.size() < names.size() || (other.names.size() > names.size() && !rest)) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      if (!contains(names.get(i), other.names.get(i))) {
        return false;
      }
    }
    return rest || !other.rest;
  }

  private static boolean contains(String name, String other) {
    return name.equals(other) || (name.equals(ONE) && !other.isEmpty());
  }

  /** The pattern of everything that both match; empty if they have nothing in common. */
  Optional<Segments> and(Segments other) {
    if (names.size() < other.names.size()) {
      return other.and(this);
    }
    var longer = this;
    var shorter = other;
    if (longer.names.size() > shorter.names.size() && !shorter.rest) {
      return Optional.empty();
    }
    var common = new ArrayList<String>(longer.names);
    for (int i = 0; i < shorter.names.size(); i++) {
      var one = shorter.names.get(i);
      var two = longer.names.get(i);
      if (contains(one, two)) {
        continue;
      }
      if (!contains(two, one)) {
        return Optional.empty();
      }
      common.set(i, one);
    }
    return Optional.of(new Segments(common, rest && other.rest));
  }

  /** Joins the names with a separator. */
  String joined(String separator) {
    var all = new ArrayList<>(names);
    if (rest) {
      all.add(ANY);
    }
    return String.join(separator, all);
  }
}
