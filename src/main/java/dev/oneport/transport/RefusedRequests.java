package dev.oneport.transport;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import java.net.SocketAddress;

/**
 * Is told of each request that its connection answers without routing it, because its head is not
 * valid or announces too much.
 */
@FunctionalInterface
public interface RefusedRequests {
  /** For a listener that keeps no records. */
  RefusedRequests IGNORED = (_, _, _, _) -> {};

  /**
   * Called instead of {@link #refused} if the method or the target is not valid; must not block.
   *
   * @param peer the other end of the connection
   */
  default void unreadable(SocketAddress peer) {}

  /**
   * Called before the answer is sent; must not block.
   *
   * @param headers those that were read before the request was refused; what proxies say of the
   *     client only if all were read, because the last of it counts
   * @param peer the other end of the connection
   */
  void refused(HttpPrologue request, Headers headers, SocketAddress peer, RequestException answer);
}
