package dev.oneport.gateway.standing;

import dev.oneport.config.Section;

/**
 * How failures of an upstream's addresses limit what is tried.
 *
 * @param retryPercent how many calls, of a hundred, may be sent again
 */
public record RetrySettings(int retryPercent) {
  public static final RetrySettings DEFAULT = new RetrySettings(20);

  /** Reads {@code retry-percent}; the section stays open. */
  public static RetrySettings read(Section upstream) {
    return new RetrySettings(upstream.integer("retry-percent", DEFAULT.retryPercent, 0, 100));
  }
}
