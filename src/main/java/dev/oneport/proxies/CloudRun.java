package dev.oneport.proxies;

import java.net.InetAddress;

/**
 * The front end of Google Cloud Run. A container's port can be reached only through the front end
 * or from a sidecar container. The front end appends the client's address to {@code
 * X-Forwarded-For}, or replaces the header with it, so the last address is always the client's.
 *
 * <p>Its connections come from undocumented addresses of the platform; those observed are
 * link-local. Any address that is not public counts as the front end's. Because clients in the
 * project's network also have private addresses, only link-local and loopback addresses in the
 * header, which no client can have, count as proxies.
 */
final class CloudRun {
  private CloudRun() {}

  static boolean isPeer(InetAddress address) {
    return isHop(address) || address.isSiteLocalAddress() || isUniqueLocal(address);
  }

  static boolean isHop(InetAddress address) {
    return address.isLinkLocalAddress() || address.isLoopbackAddress();
  }

  /** A unique local address (RFC 4193). */
  private static boolean isUniqueLocal(InetAddress address) {
    var bytes = address.getAddress();
    return bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
  }
}
