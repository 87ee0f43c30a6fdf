package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.api.Protocol;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.gateway.assertion.AssertionSettings;
import dev.oneport.gateway.standing.HealthSettings;
import dev.oneport.gateway.standing.RetrySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator writes below {@code upstreams} and {@code forward}. */
final class ForwardsTest {
  private static Forwards read(String yaml) {
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var forwards = Forwards.read(configuration.root());
    configuration.check();
    return forwards;
  }

  @Test
  void defaults() {
    var forwards =
        read(
            """
            upstreams: { orders: { url: "http://127.0.0.1:8081" } }
            forward: [ { route: HTTP * /orders/**, to: orders } ]
            """);
    assertEquals(
        new Upstream(
            "orders",
            Scheme.HTTP,
            List.of(new Address("127.0.0.1", 8081)),
            Optional.empty(),
            new UpstreamTimes(
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30)),
            false,
            1000,
            65_536,
            new IdentityHeaders("X-OnePort-Caller", "X-OnePort-Issuer", "X-OnePort-Roles", false),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            RetrySettings.DEFAULT),
        forwards.forwards().getFirst().upstream());
    assertEquals(PathChange.NONE, forwards.forwards().getFirst().path());
  }

  @Test
  void eachKeyIsRead() {
    var forwards =
        read(
            """
            upstreams:
              a:
                url: [ "http://[::1]:81", "http://b/" ]
                connect-timeout: 1s
                first-byte-timeout: 2s
                idle-timeout: 3s
                keep-alive: 4s
                keep-host: true
                max-connections: 5
                max-header-size: 6KiB
                identity-headers: { caller: X-Who, issuer: "", roles: X-Groups }
                health:
                  path: /healthz
                  interval: 6s
                  timeout: 7s
                  unhealthy-after: 8
                  healthy-after: 9
                  in-readiness: true
                circuit-breaker: { failures: 10, delay: 11s }
                retry-percent: 12
                assertion:
                  header: X-Proof
                  audience: orders
                  lifetime: 30s
                  claims: [ tenant ]
                forward-authorization: true
              g: { url: "h2c://ledger:9090/", assertion: true }
              w: { url: wss://live.internal }
            forward:
              - { route: HTTP GET /v1/a/**, to: a, strip-prefix: /v1, add-prefix: /api }
              - { route: GRPC ledger.v1.*/*, to: g }
              - { route: WS /live, to: w }
            """);
    var first = forwards.forwards().getFirst();
    assertEquals(
        new Upstream(
            "a",
            Scheme.HTTP,
            List.of(new Address("::1", 81), new Address("b", 80)),
            Optional.empty(),
            new UpstreamTimes(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4)),
            true,
            5,
            6144,
            new IdentityHeaders("X-Who", "", "X-Groups", true),
            Optional.of(
                new AssertionSettings(
                    "X-Proof", "orders", Duration.ofSeconds(30), List.of("tenant"))),
            Optional.empty(),
            Optional.of(
                new HealthSettings(
                    "/healthz",
                    Optional.empty(),
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(7),
                    8,
                    9,
                    true)),
            new RetrySettings(10, Duration.ofSeconds(11), 12)),
        first.upstream());
    assertEquals("/api/a/7", first.path().apply("/v1/a/7"));
    assertEquals(
        List.of(Scheme.H2C, Scheme.HTTPS),
        forwards.forwards().stream().skip(1).map(it -> it.upstream().scheme()).toList());
    assertEquals(
        Optional.of(
            new AssertionSettings(
                "X-OnePort-Assertion", "h2c://ledger:9090", Duration.ofMinutes(1), List.of())),
        forwards.forwards().get(1).upstream().assertion());
    assertEquals(Protocol.WS, forwards.forwards().getLast().pattern().protocol());
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    var yaml =
        """
        upstreams:
          path: { url: "http://a/b" }
          user: { url: "http://me@a" }
          ftp: { url: "ftp://a" }
          none: { keep-alife: 5s }
          mixed: { url: [ "http://a", "https://b" ] }
          ca: { url: "http://a", ca: missing.pem }
          header: { url: "http://a", identity-headers: { caller: Host }, assertion: { header: Via } }
          h2: { url: "h2c://a" }
          h1: { url: "http://a" }
          unused: { url: "http://a" }
          gone: { url: "h2c://a", descriptors: missing.pb }
          text: { url: "h2c://a", descriptors: pom.xml }
          http: { url: "http://a", descriptors: pom.xml, reflection: false }
        forward:
          - { route: HTTP * /a/**, to: path }
          - { route: HTTP * /b/**, to: user }
          - { route: HTTP * /c/**, to: ftp }
          - { route: HTTP * /d/**, to: none }
          - { route: HTTP * /e/**, to: mixed }
          - { route: HTTP * /f/**, to: ca }
          - { route: HTTP * /g/**, to: header }
          - { route: HTTP * /h/**, to: h2 }
          - { route: GRPC a.B/*, to: h1 }
          - { route: HTTP * /a/**/b, to: h1 }
          - { route: HTTP * /i/**, to: nobody }
          - { route: HTTP * /a/**, to: h1 }
          - { route: HTTP * /j/**, to: h1, strip-prefix: /k }
          - { route: GRPC a.B/C, to: h2, add-prefix: /k }
          - { route: HTTP * /l/**, to: h1, add-prefix: "/a/../b" }
          - { to: h1 }
          - { route: GRPC gone.A/*, to: gone }
          - { route: GRPC text.A/*, to: text }
          - { route: HTTP * /m/**, to: http }
        """;
    var invalid = assertThrows(InvalidConfiguration.class, () -> read(yaml));
    var found =
        invalid.problems().stream()
            .map(problem -> problem.toString().replaceFirst("test.yaml:", ""))
            .map(text -> text.replaceFirst("(;(?! did)| such| \\(PEM|, such).*", ""))
            .toList();
    assertEquals(
        List.of(
            "2: upstreams.path.url: 'http://a/b' is not a URL",
            "3: upstreams.user.url: 'http://me@a' is not a URL",
            "4: upstreams.ftp.url: 'ftp://a' is not a URL",
            "5: upstreams.none.url: must say where the upstream is",
            "5: upstreams.none.keep-alife: unknown key; did you mean keep-alive?",
            "6: upstreams.mixed.url: all URLs of an upstream must have the same scheme",
            "7: upstreams.ca.ca: is for https only",
            "7: upstreams.ca.ca: 'missing.pem' is not a readable file with certificates",
            "8: upstreams.header.identity-headers.caller: 'Host' cannot name a caller",
            "8: upstreams.header.assertion.header: 'Via' cannot carry an assertion",
            "12: upstreams.gone.descriptors: missing.pb: there is no",
            "13: upstreams.text.descriptors: is not a descriptor set, as protoc"
                + " --descriptor_set_out writes it",
            "14: upstreams.http.descriptors: is for gRPC, whose URLs begin with h2c:// or https://",
            "14: upstreams.http.reflection: is for gRPC, whose URLs begin with h2c:// or https://",
            "23: forward.7.to: HTTP cannot be forwarded to h2c://",
            "24: forward.8.to: GRPC cannot be forwarded to http://",
            "25: forward.9.route: 'HTTP * /a/**/b' is not a route",
            "26: forward.10.to: 'nobody' is not in upstreams",
            "27: forward.11.route: HTTP * /a/** is forwarded already",
            "28: forward.12.strip-prefix: must be the beginning of the route's path",
            "29: forward.13.add-prefix: is not for gRPC methods",
            "30: forward.14.add-prefix: '/a/../b' is not a path",
            "31: forward.15.route: is required",
            "11: upstreams.unused: nothing is forwarded to it"),
        found);
  }
}
