package dev.oneport.server;

import dev.oneport.config.Section;
import dev.oneport.transport.web.Cors;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the port is served, as configured below {@code server}.
 *
 * @param port TCP port; 0 for any that is free
 * @param host the address to listen on; all of the machine's where it is not given
 * @param gracePeriod how long the server may go on in all after it was told to stop
 * @param drainDelay how long of that it goes on as before, new connections included, while only its
 *     readiness says that it stops
 * @param streamGrace how long after that streams, sockets and idle connections have to end by
 *     themselves
 * @param maxCallDuration how long a stream, a socket or a streamed response may last; zero for no
 *     bound
 * @param page the page at {@code /}
 * @param cors which pages of other origins may read answers
 */
public record Settings(
    int port,
    Optional<String> host,
    Duration gracePeriod,
    Duration drainDelay,
    Duration streamGrace,
    Duration maxCallDuration,
    Limits limits,
    PageSettings page,
    Cors cors) {
  private static final int PORT = 8080;
  private static final int MAX_PORT = 65535;

  /** How long the last steps of a stop take, when calls have not ended by themselves. */
  static final Duration ENDING = Duration.ofMillis(1_200);

  private static final Duration LONGEST_GRACE = Duration.ofHours(1);
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(8);
  private static final Duration STREAM_GRACE = Duration.ofSeconds(2);
  private static final Duration CORS_MAX_AGE = Duration.ofHours(2);
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Reads the section and closes it.
   *
   * @param local whether to listen for this machine only, and to serve the page, where the file
   *     does not say otherwise
   */
  static Settings read(Section section, boolean local) {
    try (section) {
      var grace = section.duration("grace-period", GRACE_PERIOD, Duration.ZERO, LONGEST_GRACE);
      return new Settings(
          section.integer("port", PORT, 0, MAX_PORT),
          host(section).or(() -> local ? Optional.of(LOOPBACK) : Optional.empty()),
          grace,
          section.duration("drain-delay", Duration.ZERO, Duration.ZERO, grace.dividedBy(2)),
          section.duration("stream-grace", STREAM_GRACE, Duration.ZERO, LONGEST_GRACE),
          section.duration("max-call-duration", Duration.ZERO, Duration.ZERO, Duration.ofDays(30)),
          Limits.read(section),
          PageSettings.read(section.section("page"), local),
          cors(section.section("cors")));
    }
  }

  /** How much of the grace period calls have: what is left after takes its time as well. */
  Duration callGrace() {
    var quarter = gracePeriod.dividedBy(4);
    return gracePeriod.minus(quarter.compareTo(ENDING) < 0 ? quarter : ENDING);
  }

  private static Optional<String> host(Section section) {
    var host = section.text("host").filter(it -> !it.isBlank());
    if (host.isPresent()) {
      try {
        var _ = InetAddress.getByName(host.get());
      } catch (UnknownHostException e) {
        section.problem(
            "host", "'" + host.get() + "' is neither an IP address nor a name that resolves");
      }
    }
    return host;
  }

  private static Cors cors(Section section) {
    try (section) {
      var origins = section.texts("origins");
      for (var origin : origins) {
        if (!Cors.isOrigin(origin)) {
          section.problem(
              "origins", "'" + origin + "' is not an origin such as https://app.example.com");
        }
      }
      return new Cors(
          Set.copyOf(origins),
          section.duration("max-age", CORS_MAX_AGE, Duration.ZERO, Duration.ofDays(1)));
    }
  }
}
