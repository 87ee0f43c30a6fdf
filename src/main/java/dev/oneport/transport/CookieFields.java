package dev.oneport.transport;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code Cookie} fields of a request (RFC 6265 section 4.2), of which HTTP/2 may have several.
 */
public record CookieFields(List<String> fields) {
  /** What stands in front of a cookie's name where the name of a header could stand. */
  public static final String PREFIX = "cookie:";

  public CookieFields {
    fields = List.copyOf(fields);
  }

  /** The values of a cookie, without quotes; usually one. */
  public List<String> values(String name) {
    return pairs()
        .filter(pair -> name(pair).equals(name))
        .map(pair -> pair.substring(pair.indexOf('=') + 1).strip())
        .map(
            value ->
                value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                    ? value.substring(1, value.length() - 1)
                    : value)
        .toList();
  }

  /** All cookies but those with these names, as one field; empty if none is left. */
  public String without(Set<String> names) {
    return pairs().filter(pair -> !names.contains(name(pair))).collect(Collectors.joining("; "));
  }

  private Stream<String> pairs() {
    return fields.stream()
        .flatMap(field -> Stream.of(field.split(";")))
        .map(String::strip)
        .filter(pair -> !pair.isEmpty());
  }

  private static String name(String pair) {
    int equals = pair.indexOf('=');
    return equals < 0 ? "" : pair.substring(0, equals).strip();
  }
}
