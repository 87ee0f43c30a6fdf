package dev.oneport.gate;

import dev.oneport.proxies.Client;

/**
 * Where a request comes from, and which host it asks for.
 *
 * @param host with or without a port; empty if it names none
 */
record Arrival(Client client, String host) {
  /** The origin that this server has for the client; empty if it is not known. */
  String origin(boolean secure) {
    return client.origin(secure, host);
  }
}
