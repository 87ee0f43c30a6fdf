package dev.oneport.proxies;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The client of a request, with the scheme and host that it used, as seen by this server or by a
 * trusted proxy.
 *
 * @param address the client's address; null if its socket has none
 * @param proxy whether the address is a trusted proxy's, because the client behind it is unknown
 * @param scheme {@code http} or {@code https} if a trusted proxy reported it, otherwise empty
 * @param host host and port if a trusted proxy reported them, otherwise empty
 */
public record Client(@Nullable InetAddress address, boolean proxy, String scheme, String host) {
  /** A client without an address. */
  public static final Client UNKNOWN = new Client(null, false, "", "");

  static Client at(InetAddress address) {
    return new Client(address, false, "", "");
  }

  /** The address for logs; empty if unknown. */
  public String text() {
    return address == null ? "" : AddressText.of(address);
  }

  /**
   * This server's origin as the client's browser sees it (RFC 6454 section 4), in lower case and
   * without the scheme's default port; empty if the host is unknown.
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
