package dev.oneport.transport.websocket;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which pages may open a socket (RFC 6455 section 10.2). Clients other than browsers send
 * no {@code Origin} and are not restricted here.
 */
public sealed interface Origins {
  /** Whether a page of this origin may open a socket to a server that is asked as this host. */
  boolean allow(String origin, String host);

  /** Only pages that came from the same host and port, whatever their scheme. */
  record Same() implements Origins {
    @Override
    public boolean allow(String origin, String host) {
      var lower = origin.toLowerCase(Locale.ROOT);
      var defaultPort = lower.startsWith("https://") ? ":443" : ":80";
      var start = lower.indexOf("://");
      return start > 0
          && !host.isEmpty()
          && without(defaultPort, lower.substring(start + 3))
              .equals(without(defaultPort, host.toLowerCase(Locale.ROOT)));
    }

    private static String without(String port, String authority) {
      return authority.endsWith(port)
          ? authority.substring(0, authority.length() - port.length())
          : authority;
    }
  }

  /** Every page. */
  record Any() implements Origins {
    @Override
    public boolean allow(String origin, String host) {
      return true;
    }
  }

  /** Pages of the origins listed, such as {@code https://example.com}; in any case. */
  record Listed(Set<String> origins) implements Origins {
    public Listed {
      origins =
          origins.stream()
              .map(origin -> origin.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean allow(String origin, String host) {
      return origins.contains(origin.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Whether a browser can say that: a scheme and a host, and a port unless it is the scheme's own;
   * {@code null} for a page with an opaque origin (RFC 6454 section 6).
   */
  static boolean isOrigin(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    return text.equals("*")
        || lower.equals("null")
        || (lower.matches("[a-z][a-z0-9+.-]*://[a-z0-9._\\-\\[\\]:]+")
            && !lower.matches("https://.*:443|http://.*:80"));
  }

  /** From a setting: none means the same origin, an asterisk any. */
  static Origins of(List<String> origins) {
    if (origins.isEmpty()) {
      return new Same();
    }
    return origins.contains("*") ? new Any() : new Listed(Set.copyOf(origins));
  }
}
