package dev.oneport.identity;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When keys are fetched. A key that the issuer has revoked is accepted as long as the fetched set
 * counts as fresh.
 *
 * @param least the shortest time that keys count as fresh, regardless of the response's headers
 * @param usual the time if the headers do not specify one
 * @param most the longest time
 * @param pause the shortest time between a fetch and the next one for an unknown key id, because
 *     the sender of a token chooses the id
 * @param outage how long the last good keys are used while the issuer cannot be reached
 */
record KeyTimes(Duration least, Duration usual, Duration most, Duration pause, Duration outage) {
  static final KeyTimes DEFAULT =
      new KeyTimes(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofHours(24),
          Duration.ofSeconds(30),
          Duration.ofHours(24));

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final int MAX_DOUBLINGS = 8;

  /** Percent of the fresh time after which keys in use are refreshed. */
  private static final int REFRESH_AT = 80;

  /** Reads {@code identity.keys} and closes it. */
  static KeyTimes read(Section section) {
    try (section) {
      var times =
          new KeyTimes(
              section.duration(
                  "min-fresh", DEFAULT.least, Duration.ofSeconds(1), Duration.ofDays(1)),
              section.duration("fresh", DEFAULT.usual, Duration.ofSeconds(1), Duration.ofDays(1)),
              section.duration(
                  "max-fresh", DEFAULT.most, Duration.ofSeconds(1), Duration.ofDays(7)),
              section.duration("pause", DEFAULT.pause, Duration.ofSeconds(1), Duration.ofHours(1)),
              section.duration("outage", DEFAULT.outage, Duration.ZERO, Duration.ofDays(30)));
      if (times.least.compareTo(times.most) > 0) {
        section.problem("min-fresh", "must not be longer than max-fresh");
      }
      return times;
    }
  }

  /** How long a response counts as fresh. */
  Duration fresh(Duration said) {
    var wanted = said.isNegative() ? usual : said;
    if (wanted.compareTo(least) < 0) {
      return least;
    }
    return wanted.compareTo(most) > 0 ? most : wanted;
  }

  /** When keys that are fresh for this long are due for a refresh. */
  Duration due(Duration fresh) {
    // Multiplying a Duration uses BigDecimal, whose classes the first call would have to load.
    return Duration.ofMillis(fresh.toMillis() * REFRESH_AT / 100);
  }

  /**
   * How long to back off after this many failures in a row: doubling, with jitter between half of
   * it and all of it.
   */
  Duration backoff(int failures) {
    long most = FIRST_RETRY.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
