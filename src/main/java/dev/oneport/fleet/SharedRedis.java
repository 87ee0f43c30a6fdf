package dev.oneport.fleet;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The Redis that servers share, as the server knows it. Nothing here waits longer than the
 * configured time, and nothing fails because Redis is away when the server starts.
 */
public interface SharedRedis extends AutoCloseable {
  /** Begins to connect; waits for nothing. */
  void start();

  /** Whether Redis answers now; while it does not, commands fail without waiting for it. */
  boolean answers();

  /**
   * Waits until Redis answers, as a command does that is of no use without it.
   *
   * @return what is wrong, if it does not answer in time
   */
  Optional<String> awaitAnswer(Duration longest) throws InterruptedException;

  /** The revocations that it keeps; before {@link #start}. */
  RevocationStore revocations(Lapse lapse, InstantSource wall);

  /** Where quotas of the fleet are counted. */
  QuotaStore quotas();

  /** Ends the connection. */
  @Override
  void close();
}
