package dev.oneport.transport;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;

/**
 * Is told of each request that its connection answers without routing it, because its head is not
 * valid or announces too much. Only requests whose method and target are valid are reported.
 */
@FunctionalInterface
public interface RefusedRequests {
  /** For a listener that keeps no records. */
  RefusedRequests IGNORED = (_, _, _, _) -> {};

  /**
   * Called before the answer is sent; must not block.
   *
   * @param headers those that were read before the request was refused
   * @param peer the client's address
   */
  void refused(HttpPrologue request, Headers headers, String peer, RequestException answer);
}
