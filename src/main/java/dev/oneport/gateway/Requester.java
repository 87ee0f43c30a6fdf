package dev.oneport.gateway;

/**
 * How the client reached this server, for the upstream.
 *
 * @param address the client's IP address
 * @param scheme {@code http} or {@code https}
 * @param host the host of its {@code Host} or {@code :authority}
 */
record Requester(String address, String scheme, String host) {
  /** The node of {@code Forwarded} (RFC 7239 section 6). */
  String node() {
    return address.contains(":") ? "\"[" + address + "]\"" : address;
  }
}
