package dev.oneport.server;

/**
 * Something that is served on the port. Services are listed where the server is put together, or
 * found through {@link java.util.ServiceLoader}: a jar beside {@code oneport.jar} can bring its
 * own.
 */
@FunctionalInterface
public interface Service {
  /** Mounts the handlers; called once, before the server starts. */
  void mount(Mount port);
}
