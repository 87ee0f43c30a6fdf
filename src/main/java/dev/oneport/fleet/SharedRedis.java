package dev.oneport.fleet;

/**
 * The Redis that servers share, as the server knows it. Nothing here waits longer than the
 * configured time, and nothing fails because Redis is away when the server starts.
 */
public interface SharedRedis extends AutoCloseable {
  /** Begins to connect; waits for nothing. */
  void start();

  /** Whether Redis answers now; while it does not, commands fail without waiting for it. */
  boolean answers();

  /** Ends the connection. */
  @Override
  void close();
}
