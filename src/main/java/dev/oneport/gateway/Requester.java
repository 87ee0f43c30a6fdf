package dev.oneport.gateway;

/**
 * How a client reached this server, as far as upstreams are told.
 *
 * @param address its IP address
 * @param scheme {@code http} or {@code https}
 * @param host what it asked for in {@code Host} or {@code :authority}
 */
record Requester(String address, String scheme, String host) {
  /** The node of {@code Forwarded} (RFC 7239 section 6). */
  String node() {
    return address.contains(":") ? "\"[" + address + "]\"" : address;
  }
}
