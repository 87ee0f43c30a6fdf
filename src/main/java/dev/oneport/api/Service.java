package dev.oneport.api;

/**
 * A service on the port. Services are listed where the server is put together, or found through
 * {@link java.util.ServiceLoader}: a jar beside {@code oneport.jar} can provide its own.
 */
public interface Service {
  /** Mounts the handlers; called once, before the server starts. */
  void mount(Mount port);

  /**
   * Called once when the server is stopping, so that the service can finish open streams and
   * sockets. The server ends those that are still open after {@code server.stream-grace}. Must not
   * block.
   */
  default void drain() {}

  /**
   * Whether the service can take calls now, for health checks: a load balancer stops sending calls
   * to a server that is not ready. Calls that still arrive are served.
   *
   * <p>Asked on a thread of its own for each health check, and once a second while a client watches
   * the health of the service; never twice at the same time. An exception, and no answer within 500
   * ms, count as not ready.
   */
  default boolean ready() {
    return true;
  }
}
