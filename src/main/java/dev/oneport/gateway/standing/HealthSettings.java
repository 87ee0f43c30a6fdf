package dev.oneport.gateway.standing;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * How an upstream's addresses are checked: the key {@code health}.
 *
 * @param path a path that answers 2xx while the address is healthy; empty for no HTTP check
 * @param service the service that {@code grpc.health.v1.Health} is asked about, empty for the whole
 *     server; without {@code path} and {@code service}, a check only connects
 * @param interval the time from one check to the next
 * @param timeout how long a check may take
 * @param unhealthyAfter how many failed checks in a row make an address unhealthy
 * @param healthyAfter how many successful checks in a row make it healthy again
 * @param inReadiness whether the server is ready only while an address is healthy
 */
public record HealthSettings(
    String path,
    Optional<String> service,
    Duration interval,
    Duration timeout,
    int unhealthyAfter,
    int healthyAfter,
    boolean inReadiness) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST = 100;

  /**
   * Reads the key {@code health} of an upstream, whose section stays open.
   *
   * @param http whether the upstream speaks HTTP/1.1
   * @param grpc whether it speaks gRPC
   */
  public static Optional<HealthSettings> read(Section upstream, boolean http, boolean grpc) {
    var wanted = upstream.isObject("health");
    if (!wanted && !upstream.flag("health", false)) {
      return Optional.empty();
    }
    try (var section = upstream.section("health")) {
      var path = wanted ? section.text("path", "") : "";
      var service = wanted ? section.text("service") : Optional.<String>empty();
      check(section, path, service, http, grpc);
      return Optional.of(
          new HealthSettings(
              path,
              service,
              section.duration("interval", Duration.ofSeconds(5), SHORTEST, LONGEST),
              section.duration("timeout", Duration.ofSeconds(1), SHORTEST, Duration.ofMinutes(1)),
              section.integer("unhealthy-after", 3, 1, MOST),
              section.integer("healthy-after", 2, 1, MOST),
              section.flag("in-readiness", false)));
    }
  }

  private static void check(
      Section section, String path, Optional<String> service, boolean http, boolean grpc) {
    if (!path.isEmpty() && !path.matches("/[!-~&&[^*{}]]*")) {
      section.problem("path", "'" + path + "' is not a path such as /healthz");
    }
    if (!path.isEmpty() && !http) {
      section.problem("path", "is for http and https; h2c has service");
    }
    if (service.isPresent() && !grpc) {
      section.problem("service", "is for gRPC, whose URLs begin with h2c:// or https://");
    }
    if (service.isPresent() && !service.get().matches("[\\w.]{0,512}")) {
      section.problem(
          "service", "'" + service.get() + "' is not a service such as ledger.v1.Ledger");
    }
    if (!path.isEmpty() && service.isPresent()) {
      section.problem("service", "an upstream is checked by path or by service, not by both");
    }
  }
}
