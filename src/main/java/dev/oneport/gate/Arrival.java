package dev.oneport.gate;

import dev.oneport.proxies.Client;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where a request comes from, and which host and path it asks for.
 *
 * @param host with or without a port; empty if it names none
 * @param parameters the values of the route's path variables, which are read only if they matter
 */
record Arrival(Client client, String host, Supplier<Map<String, String>> parameters) {
  /** A request for a route without path variables. */
  Arrival(Client client, String host) {
    this(client, host, Map::of);
  }

  /** The same request, for a path that has variables. */
  Arrival at(Supplier<Map<String, String>> parameters) {
    return new Arrival(client, host, parameters);
  }

  /** This server's origin as the client sees it; empty if unknown. */
  String origin(boolean secure) {
    return client.origin(secure, host);
  }
}
