package dev.oneport.server;

import dev.oneport.builtins.PageSettings;
import dev.oneport.config.Section;
import dev.oneport.transport.connect.Cors;
import dev.oneport.transport.limit.PerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings below {@code server}.
 *
 * @param port TCP port; 0 for any that is free
 * @param addresses the addresses to listen on; empty for all of the machine's
 * @param gracePeriod how long the whole stop may take
 * @param drainDelay the part of that during which the server reports that it is not ready but still
 *     serves, including new connections
 * @param streamGrace how long streams, sockets and idle connections may then take to end on their
 *     own
 * @param maxCallDuration how long a stream, a socket or a streamed response may last; zero for no
 *     limit
 * @param page the page at {@code /}
 * @param includeServices whether the server is ready only while all services are
 * @param cors the pages of other origins that may read answers
 * @param edge the settings about proxies, hosts and protocols
 * @param perAddress how much each client address may do; a reload applies it
 */
public record Settings(
    int port,
    List<String> addresses,
    Optional<TlsSettings> tls,
    Duration gracePeriod,
    Duration drainDelay,
    Duration streamGrace,
    Duration maxCallDuration,
    Limits limits,
    PageSettings page,
    boolean includeServices,
    Cors cors,
    EdgeSettings edge,
    PerAddress perAddress) {
  private static final int PORT = 8080;
  private static final int MAX_PORT = 65535;
  private static final int MOST_PER_ADDRESS = 1_000_000;

  /** The time for the last steps of a stop if calls have not ended. */
  private static final Duration ENDING = Duration.ofMillis(1_500);

  private static final Duration LONGEST_GRACE = Duration.ofHours(1);
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(8);
  private static final Duration STREAM_GRACE = Duration.ofSeconds(2);
  private static final Duration CORS_MAX_AGE = Duration.ofHours(2);
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Reads the section and closes it.
   *
   * @param local whether to listen on this machine only and serve the page, unless the file says
   *     otherwise
   */
  static Settings read(Section section, boolean local) {
    try (section) {
      var addresses = addresses(section, local);
      var grace = section.duration("grace-period", GRACE_PERIOD, Duration.ZERO, LONGEST_GRACE);
      return new Settings(
          section.integer("port", PORT, 0, MAX_PORT),
          addresses,
          TlsSettings.read(section.section("tls"), local),
          grace,
          section.duration("drain-delay", Duration.ZERO, Duration.ZERO, grace.dividedBy(2)),
          section.duration("stream-grace", STREAM_GRACE, Duration.ZERO, LONGEST_GRACE),
          section.duration("max-call-duration", Duration.ZERO, Duration.ZERO, Duration.ofDays(30)),
          Limits.read(section),
          PageSettings.read(section.section("page"), local),
          includeServices(section.section("health")),
          cors(section.section("cors")),
          EdgeSettings.read(section, local && addresses.stream().allMatch(Settings::isLoopback)),
          perAddress(section.section("per-address")));
    }
  }

  /** Whether all settings that take effect at the next start are the same. */
  boolean sameAtStart(Settings other) {
    return with(PerAddress.OFF).equals(other.with(PerAddress.OFF));
  }

  private Settings with(PerAddress limits) {
    return new Settings(
        port,
        addresses,
        tls,
        gracePeriod,
        drainDelay,
        streamGrace,
        maxCallDuration,
        this.limits,
        page,
        includeServices,
        cors,
        edge,
        limits);
  }

  /** The part of the grace period for calls; the last steps need the rest. */
  Duration callGrace() {
    var quarter = gracePeriod.dividedBy(4);
    return gracePeriod.minus(quarter.compareTo(ENDING) < 0 ? quarter : ENDING);
  }

  /** The part of the remaining time for cutting off connections; the audit needs the rest. */
  Duration cuttingOff() {
    return gracePeriod.minus(callGrace()).dividedBy(4);
  }

  private static List<String> addresses(Section section, boolean local) {
    var addresses = Addresses.read(section);
    return addresses.isEmpty() && local ? List.of(LOOPBACK) : addresses;
  }

  private static PerAddress perAddress(Section section) {
    try (section) {
      int perSecond = section.integer("calls-per-second", 0, 0, MOST_PER_ADDRESS);
      if (perSecond == 0 && section.has("burst")) {
        section.problem("burst", "needs calls-per-second, which fills it again");
      }
      return new PerAddress(
          section.integer("connections", 0, 0, MOST_PER_ADDRESS),
          perSecond,
          section.integer("burst", perSecond, Math.min(1, perSecond), MOST_PER_ADDRESS),
          section.integer("failed-tokens-per-minute", 0, 0, MOST_PER_ADDRESS));
    }
  }

  private static boolean includeServices(Section section) {
    try (section) {
      return section.flag("include-services", false);
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
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
      section.warnIf(origins.isEmpty(), "max-age", "there are no origins");
      return new Cors(
          Set.copyOf(origins),
          section.duration("max-age", CORS_MAX_AGE, Duration.ZERO, Duration.ofDays(1)));
    }
  }
}
