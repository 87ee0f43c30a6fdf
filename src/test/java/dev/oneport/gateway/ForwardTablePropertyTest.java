package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.RoutePattern;
import dev.oneport.policy.TokenNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The index of a table finds what a walk through all of its routes, in their order, finds. */
final class ForwardTablePropertyTest {
  private static final int CALLS = 300;
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "DELETE");
  private static final List<String> NAMES = List.of("a", "b", "c");

  static List<Long> seeds() {
    return new Random(16).longs(60).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theIndexFindsWhatAWalkFinds(long seed) {
    var random = new Random(seed);
    var table = table(random);
    for (int i = 0; i < CALLS; i++) {
      var path = "/" + names(random, "/", NAMES);
      var method = METHODS.get(random.nextInt(METHODS.size()));
      var call =
          switch (random.nextInt(3)) {
            case 0 -> "HTTP " + method + " " + path;
            case 1 -> "GRPC " + names(random, ".", NAMES) + "/" + one(random, NAMES);
            default -> "WS " + path;
          };
      assertEquals(walk(table, call), table.route(call), call);
    }
  }

  /** The first route in the table's order; for HEAD, one of GET if none is of HEAD. */
  private static Optional<Route> walk(ForwardTable table, String call) {
    var found = first(table, call);
    return call.startsWith("HTTP HEAD ")
        ? found.or(() -> first(table, call.replace("HTTP HEAD ", "HTTP GET ")))
        : found;
  }

  private static Optional<Route> first(ForwardTable table, String call) {
    var wanted = RoutePattern.parse(call).orElseThrow();
    return table.all().stream()
        .map(ForwardedRoute::route)
        .filter(route -> RoutePattern.of(route).contains(wanted))
        .filter(route -> !call.startsWith("HTTP HEAD ") || route.name().startsWith("HEAD "))
        .findFirst();
  }

  private static ForwardTable table(Random random) {
    var forwards = new TreeSet<String>();
    var rules = new TreeSet<String>();
    for (int i = 0; i < 25; i++) {
      var pattern = pattern(random);
      (random.nextInt(3) == 0 ? forwards : rules).add(pattern);
    }
    var yaml =
        """
        upstreams: { web: { url: "http://127.0.0.1:1" }, calls: { url: "h2c://127.0.0.1:2" } }
        forward: [ { route: HTTP GET /none, to: web }, { route: GRPC None/None, to: calls }, %s ]
        policy: { rules: [ { allow: [ anyone ], route: HTTP GET /none }%s ] }
        """
            .formatted(
                forwards.stream()
                    .map(
                        route ->
                            "{ route: \"%s\", to: %s }"
                                .formatted(route, route.startsWith("GRPC") ? "calls" : "web"))
                    .collect(Collectors.joining(", ")),
                rules.stream()
                    .map(", { allow: [ anyone ], route: \"%s\" }"::formatted)
                    .collect(Collectors.joining()));
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var read = Forwards.read(configuration.root());
    var policy = PolicyFile.read(configuration.root().section("policy"), TokenNames.of(true));
    configuration.check();
    return ForwardTable.of(read, policy);
  }

  private static String pattern(Random random) {
    var parts = List.of("a", "b", "c", "*");
    var end = random.nextInt(3) == 0 ? "**" : one(random, parts);
    var path = "/" + (random.nextBoolean() ? names(random, "/", parts) + "/" : "") + end;
    return switch (one(random, List.of(Protocol.values()))) {
      case HTTP -> "HTTP " + one(random, List.of("GET", "HEAD", "POST", "*")) + " " + path;
      case GRPC -> {
        var service = (random.nextBoolean() ? names(random, ".", NAMES) + "." : "") + end;
        yield "GRPC " + service + "/" + one(random, parts);
      }
      case WS -> "WS " + path;
    };
  }

  private static String names(Random random, String separator, List<String> from) {
    return IntStream.range(0, 1 + random.nextInt(3))
        .mapToObj(_ -> one(random, from))
        .collect(Collectors.joining(separator));
  }

  private static <T> T one(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
