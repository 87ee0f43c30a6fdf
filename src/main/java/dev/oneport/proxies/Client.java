package dev.oneport.proxies;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request comes from, and which scheme and host it asked for, as far as this server or a
 * trusted proxy saw it.
 *
 * @param address the client's; null if its socket has none
 * @param proxy whether the address is that of a trusted proxy, because no client behind it is known
 * @param scheme {@code http} or {@code https} where a trusted proxy said so, else empty
 * @param host host and port where a trusted proxy named them, else empty
 */
public record Client(@Nullable InetAddress address, boolean proxy, String scheme, String host) {
  /** A client without an address. */
  public static final Client UNKNOWN = new Client(null, false, "", "");

  static Client at(InetAddress address) {
    return new Client(address, false, "", "");
  }

  /** The address for logs; empty if it is not known. */
  public String text() {
    return address == null ? "" : AddressText.of(address);
  }

  /**
   * The origin that a browser sees at the other end (RFC 6454 section 4), in lower case and without
   * the scheme's own port; empty if the host is not known.
   *
   * @param secure whether the connection to this server is encrypted
   * @param asked the host that the request names
   */
  public String origin(boolean secure, String asked) {
    var named = host.isEmpty() ? asked : host;
    return named.isEmpty() ? "" : origin(scheme(secure), named);
  }

  /** The scheme that the client used. */
  public String scheme(boolean secure) {
    return scheme.isEmpty() ? secure ? "https" : "http" : scheme;
  }

  private static String origin(String scheme, String authority) {
    var port = scheme.equals("https") ? ":443" : ":80";
    var lower = authority.toLowerCase(Locale.ROOT);
    return scheme
        + "://"
        + (lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower);
  }
}
