package dev.oneport.transport.websocket;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which pages may open a socket (RFC 6455 section 10.2). Clients other than browsers send
 * no {@code Origin} and are not restricted.
 */
public sealed interface Origins {
  /**
   * Whether a page of this origin may open a socket.
   *
   * @param own the server's origin as the client sees it, in lower case and without the scheme's
   *     default port; empty if unknown
   */
  boolean allow(String origin, String own);

  /** Only pages with the same scheme, host and port. */
  record Same() implements Origins {
    @Override
    public boolean allow(String origin, String own) {
      var lower = origin.toLowerCase(Locale.ROOT);
      var port = lower.startsWith("https://") ? ":443" : ":80";
      return !own.isEmpty()
          && own.equals(
              lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower);
    }
  }

  /** Every page. */
  record Any() implements Origins {
    @Override
    public boolean allow(String origin, String own) {
      return true;
    }
  }

  /** Pages of these origins, such as {@code https://example.com}; case-insensitive. */
  record Listed(Set<String> origins) implements Origins {
    public Listed {
      origins =
          origins.stream()
              .map(origin -> origin.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean allow(String origin, String own) {
      return origins.contains(origin.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Whether a browser can send this origin: a scheme and a host, and a port unless it is the
   * scheme's default; {@code null} for an opaque origin (RFC 6454 section 6).
   */
  static boolean isOrigin(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    return text.equals("*")
        || lower.equals("null")
        || (lower.matches("[a-z][a-z0-9+.-]*://[a-z0-9._\\-\\[\\]:]+")
            && !lower.matches("https://.*:443|http://.*:80"));
  }

  /** Reads the setting: an empty list means the same origin, an asterisk any origin. */
  static Origins of(List<String> origins) {
    if (origins.isEmpty()) {
      return new Same();
    }
    return origins.contains("*") ? new Any() : new Listed(Set.copyOf(origins));
  }
}
