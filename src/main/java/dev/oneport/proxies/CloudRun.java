package dev.oneport.proxies;

import java.net.InetAddress;

/**
 * The front end of Google Cloud Run. A container's port can be reached through it alone, or from a
 * container beside it; it appends the client's address to {@code X-Forwarded-For}, or replaces the
 * header by it, so the last address is the client's either way.
 *
 * <p>Its connections come from addresses of the platform's own, which are not documented; those
 * seen are link-local. Any address that is not public counts as the front end, but a client in the
 * project's network has a private address as well: within the header only addresses that no client
 * can have, link-local and loopback, are those of proxies.
 */
final class CloudRun {
  private CloudRun() {}

  static boolean isPeer(InetAddress address) {
    return isHop(address) || address.isSiteLocalAddress() || isUniqueLocal(address);
  }

  static boolean isHop(InetAddress address) {
    return address.isLinkLocalAddress() || address.isLoopbackAddress();
  }

  /** RFC 4193. */
  private static boolean isUniqueLocal(InetAddress address) {
    var bytes = address.getAddress();
    return bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
  }
}
