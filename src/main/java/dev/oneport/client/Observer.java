package dev.oneport.client;

import java.time.Duration;

/** Hears of calls that are made again. */
@FunctionalInterface
public interface Observer {
  /** Hears nothing. */
  Observer SILENT = (_, _) -> {};

  /**
   * A call will be made again.
   *
   * @param failure why
   * @param pause after how long
   */
  void retrying(Failure failure, Duration pause);
}
