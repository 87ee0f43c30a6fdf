package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules split forwards into routes, and each call belongs to the narrowest. */
final class ForwardTableTest {
  private static final String YAML =
      """
      upstreams:
        orders: { url: "http://127.0.0.1:8081" }
        web: { url: "http://127.0.0.1:8082" }
        ledger: { url: "h2c://127.0.0.1:8083" }
      forward:
        - { route: HTTP * /orders/**, to: orders }
        - { route: HTTP GET /orders/public/*, to: web }
        - { route: HTTP GET /**, to: web }
        - { route: GRPC ledger.v1.*/*, to: ledger }
        - { route: WS /live/**, to: web }
      policy:
        rules:
          - { allow: [ authenticated ], route: HTTP GET /orders/** }
          - { allow: [ a@x ], route: HTTP DELETE /orders/** }
          - { allow: [ b@x ], route: HTTP * /orders/admin/** }
          - { allow: [ c@x ], route: HTTP HEAD /orders/sizes }
          - { allow: [ anyone ], route: HTTP GET /static/* }
          - { allow: [ d@x ], route: GRPC ledger.v1.Ledger/* }
          - { allow: [ e@x ], route: GRPC ledger.v1.Ledger/Delete }
          - { allow: [ f@x ], route: WS /live/** }
          - { allow: [ g@x ], route: WS /live/*/raw }
      """;

  private static ForwardTable table() {
    var configuration = Configuration.parse("test.yaml", YAML, Map.of(), false);
    var forwards = Forwards.read(configuration.root());
    var policy = PolicyFile.read(configuration.root().section("policy"), TokenNames.of(true));
    configuration.check();
    return ForwardTable.of(forwards, policy);
  }

  @Test
  void aForwardIsSplitByTheRulesAboutItsParts() {
    assertEquals(
        Set.of(
            "HTTP GET /orders/**",
            "HTTP DELETE /orders/**",
            "HTTP * /orders/admin/**",
            "HTTP GET /orders/admin/**",
            "HTTP DELETE /orders/admin/**",
            "HTTP HEAD /orders/sizes",
            "HTTP GET /orders/public/*",
            "HTTP GET /static/*",
            "GRPC ledger.v1.Ledger/*",
            "GRPC ledger.v1.Ledger/Delete",
            "WS /live/**",
            "WS /live/*/raw"),
        table().routes().stream().map(Route::toString).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @CsvSource({
    "GET /orders, HTTP GET /orders/**, orders",
    "GET /orders/, HTTP GET /orders/**, orders",
    "GET /orders/7/lines, HTTP GET /orders/**, orders",
    "DELETE /orders/7, HTTP DELETE /orders/**, orders",
    "DELETE /orders/admin, HTTP DELETE /orders/admin/**, orders",
    "DELETE /orders/%61dmin/1, HTTP DELETE /orders/admin/**, orders",
    "PUT /orders/admin/1, HTTP * /orders/admin/**, orders",
    "PUT /orders/administrators, -, -",
    "PUT /orders/7, -, -",
    "HEAD /orders/7, HTTP GET /orders/**, orders",
    "HEAD /orders/sizes, HTTP HEAD /orders/sizes, orders",
    "GET /orders/public/x, HTTP GET /orders/public/*, web",
    "GET /orders/public/x/y, HTTP GET /orders/**, orders",
    "GET /ordersx, -, -",
    "GET /static/a.js, HTTP GET /static/*, web",
    "GET /static/, -, -",
    "POST /static/a.js, -, -",
    "GET /, -, -"
  })
  void eachRequestBelongsToTheNarrowest(String request, String route, String upstream) {
    var words = request.split(" ", -1);
    var found = table().http(words[0], CanonicalPath.of(words[1]).orElseThrow());
    assertEquals(route, found.map(it -> it.route().toString()).orElse("-"));
    assertEquals(upstream, found.map(it -> it.forward().upstream().name()).orElse("-"));
  }

  @Test
  void callsAndSocketsToo() {
    assertEquals("GRPC ledger.v1.Ledger/*", grpc("ledger.v1.Ledger/Post"));
    assertEquals("GRPC ledger.v1.Ledger/Delete", grpc("ledger.v1.Ledger/Delete"));
    assertEquals("-", grpc("ledger.v1.Admin/Delete"));
    assertEquals("-", grpc("ledger.v1.Ledger.x/Delete"));
    assertEquals("-", grpc("ledger.v1.Ledger"));
    assertEquals("WS /live/**", webSocket("/live"));
    assertEquals("WS /live/*/raw", webSocket("/live/a/raw"));
    assertEquals("WS /live/**", webSocket("/live/a/b/raw"));
    assertEquals("-", webSocket("/other"));
  }

  @Test
  void aForwardThatNoRuleIsAboutIsOneRoute() {
    var configuration =
        Configuration.parse(
            "test.yaml",
            "upstreams: { a: { url: 'http://b' } }\nforward: [ { route: HTTP * /a/**, to: a } ]",
            Map.of(),
            false);
    var forwards = Forwards.read(configuration.root());
    var policy = PolicyFile.read(configuration.root().section("policy"), TokenNames.of(true));
    assertEquals(
        List.of("HTTP * /a/**"),
        ForwardTable.of(forwards, policy).routes().stream().map(Route::toString).toList());
  }

  private static String grpc(String method) {
    return table().grpc(method).map(it -> it.route().toString()).orElse("-");
  }

  private static String webSocket(String path) {
    return table()
        .webSocket(CanonicalPath.of(path).orElseThrow())
        .map(it -> it.route().toString())
        .orElse("-");
  }
}
