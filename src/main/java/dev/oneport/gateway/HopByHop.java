package dev.oneport.gateway;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.RequestSyntax;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The fields of one connection, which are not forwarded (RFC 9110 section 7.6.1): the known ones,
 * and those that {@code Connection} names.
 */
final class HopByHop {
  private static final Set<String> ALWAYS =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  private final Set<String> named;

  /**
   * Finds the fields of one message.
   *
   * @param connection the values of {@code Connection}
   */
  HopByHop(List<String> connection) {
    named = connection.isEmpty() ? Set.of() : new HashSet<>();
    for (var value : connection) {
      RequestSyntax.elements(value).forEach(name -> named.add(name.toLowerCase(Locale.ROOT)));
    }
  }

  /** The fields of a message with this head. */
  static HopByHop of(List<HeaderLine> head) {
    return new HopByHop(HeaderLine.values(head, "connection"));
  }

  /** Whether {@code Connection} has this option, in lower case. */
  boolean names(String option) {
    return named.contains(option);
  }

  boolean has(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return ALWAYS.contains(FieldSpelling.plain(lower)) || named.contains(lower);
  }
}
