package dev.oneport.gateway;

import dev.oneport.config.Section;
import java.time.Duration;

/**
 * The time limits of an upstream.
 *
 * @param connect the time to open a connection, including TLS
 * @param firstByte the time from the complete request to the first byte of the response
 * @param idle the time between two bytes of a response, or until the upstream reads more of a
 *     request; also the longest silence of a stream or socket
 * @param keepAlive how long a connection without a call is kept for the next one
 */
public record UpstreamTimes(
    Duration connect, Duration firstByte, Duration idle, Duration keepAlive) {
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(30);

  /** 5 s to connect, a minute to the first byte, 5 minutes of silence, 30 s without a call. */
  public static final UpstreamTimes DEFAULT =
      new UpstreamTimes(
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30));

  /** Reads the time limits; the section stays open. */
  static UpstreamTimes read(Section section) {
    return new UpstreamTimes(
        section.duration("connect-timeout", DEFAULT.connect, SHORTEST, LONGEST),
        section.duration("first-byte-timeout", DEFAULT.firstByte, SHORTEST, LONGEST),
        section.duration("idle-timeout", DEFAULT.idle, SHORTEST, LONGEST),
        section.duration("keep-alive", DEFAULT.keepAlive, Duration.ZERO, LONGEST));
  }
}
