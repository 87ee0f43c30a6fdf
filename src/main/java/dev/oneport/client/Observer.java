package dev.oneport.client;

import java.time.Duration;

/** Hears what a client does when a call does not go smoothly. */
@FunctionalInterface
public interface Observer {
  /** Hears nothing. */
  Observer SILENT = (_, _) -> {};

  /**
   * A call will be tried again.
   *
   * @param failure why
   * @param pause after how long
   */
  void retrying(Failure failure, Duration pause);
}
