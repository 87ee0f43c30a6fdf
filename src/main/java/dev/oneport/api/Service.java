package dev.oneport.api;

/**
 * Something that is served on the port. Services are listed where the server is put together, or
 * found through {@link java.util.ServiceLoader}: a jar beside {@code oneport.jar} can bring its
 * own.
 */
public interface Service {
  /** Mounts the handlers; called once, before the server starts. */
  void mount(Mount port);

  /**
   * The server is stopping: a chance to finish streams and sockets that would go on. Called once;
   * what is still open {@code server.stream-grace} later is ended. Must not block.
   */
  default void drain() {}
}
