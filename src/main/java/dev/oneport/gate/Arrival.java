package dev.oneport.gate;

import dev.oneport.proxies.Client;

/**
 * Where a request comes from, and which host it asks for.
 *
 * @param host with or without a port; empty if it names none
 */
record Arrival(Client client, String host) {
  /** This server's origin as the client sees it; empty if unknown. */
  String origin(boolean secure) {
    return client.origin(secure, host);
  }
}
