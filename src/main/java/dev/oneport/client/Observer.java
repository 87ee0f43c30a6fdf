package dev.oneport.client;

import java.time.Duration;

/** Is notified before each retry. */
@FunctionalInterface
public interface Observer {
  /** Does nothing. */
  Observer SILENT = (_, _) -> {};

  /**
   * A call will be retried.
   *
   * @param failure the failure of the last try
   * @param pause the wait before the next try
   */
  void retrying(Failure failure, Duration pause);
}
