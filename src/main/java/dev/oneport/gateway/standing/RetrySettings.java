package dev.oneport.gateway.standing;

import dev.oneport.config.Section;
import java.time.Duration;

/**
 * How failures of an upstream's addresses limit what is tried.
 *
 * @param breakerFailures how many failed connections in a row open an address's circuit breaker; 0
 *     for none
 * @param breakerDelay how long it stays open, until one connection is tried
 * @param retryPercent how many calls, of a hundred, may be sent again
 */
public record RetrySettings(int breakerFailures, Duration breakerDelay, int retryPercent) {
  public static final RetrySettings DEFAULT = new RetrySettings(5, Duration.ofSeconds(1), 20);

  private static final int MOST = 1000;

  /** Reads {@code circuit-breaker} and {@code retry-percent}; the section stays open. */
  public static RetrySettings read(Section upstream) {
    try (var section = upstream.section("circuit-breaker")) {
      return new RetrySettings(
          section.integer("failures", DEFAULT.breakerFailures, 0, MOST),
          section.duration(
              "delay", DEFAULT.breakerDelay, Duration.ofMillis(50), Duration.ofHours(1)),
          upstream.integer("retry-percent", DEFAULT.retryPercent, 0, 100));
    }
  }
}
