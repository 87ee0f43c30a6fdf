package dev.oneport.gateway;

import dev.oneport.config.Section;
import java.time.Duration;

/**
 * How long an upstream may take.
 *
 * @param connect until it accepts a connection, TLS included
 * @param firstByte from the whole request to the first byte of the response
 * @param idle between two bytes of a response, or until it takes more of a request; a stream or
 *     socket may be silent for that long
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

  /** Reads its keys; the section stays open. */
  static UpstreamTimes read(Section section) {
    return new UpstreamTimes(
        section.duration("connect-timeout", DEFAULT.connect, SHORTEST, LONGEST),
        section.duration("first-byte-timeout", DEFAULT.firstByte, SHORTEST, LONGEST),
        section.duration("idle-timeout", DEFAULT.idle, SHORTEST, LONGEST),
        section.duration("keep-alive", DEFAULT.keepAlive, Duration.ZERO, LONGEST));
  }
}
