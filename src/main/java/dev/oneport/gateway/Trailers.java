package dev.oneport.gateway;

import dev.oneport.transport.HeaderLine;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which trailers pass. A recipient may treat them as headers, so none may say what only a
 * head may (RFC 9110 section 6.5.1).
 */
final class Trailers {
  private static final Set<String> OF_HEADS =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expect",
          "expires",
          "host",
          "location",
          "max-forwards",
          "pragma",
          "range",
          "retry-after",
          "set-cookie",
          "vary",
          "via",
          "warning",
          "www-authenticate",
          "proxy-authenticate");

  private Trailers() {}

  /** The trailers of a request that the upstream gets. */
  static List<HeaderLine> ofRequest(List<HeaderLine> received, ForwardedIdentity identity) {
    return passed(received, name -> !identity.removes(name) && !ForwardedFields.isRewritten(name));
  }

  /** The trailers of a response that the client gets. */
  static List<HeaderLine> ofResponse(List<HeaderLine> received) {
    return passed(received, _ -> true);
  }

  private static List<HeaderLine> passed(List<HeaderLine> received, Predicate<String> also) {
    var hops = new HopByHop(List.of());
    return received.stream()
        .filter(
            line -> {
              var name = line.name().toLowerCase(Locale.ROOT);
              return !name.startsWith(":")
                  && !hops.has(name)
                  && !name.startsWith("if-")
                  && !OF_HEADS.contains(FieldSpelling.plain(name))
                  && also.test(name);
            })
        .toList();
  }
}
