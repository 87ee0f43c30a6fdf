package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses that fail their checks get no calls until they pass them again. */
@Timeout(60)
final class UpstreamHealthTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams:
        a:
          url: [ %s ]
          health: { %s, interval: 100ms, timeout: 300ms, unhealthy-after: 2, healthy-after: 2 }
      forward: [ { route: %s, to: a } ]
      policy:
        rules:
          - allow: [ anyone ]
            route: [ %s, HTTP GET /metrics, "HTTP GET /health/*" ]
      """;

  private static final String OK = "HTTP/1.1 204 X\r\n\r\n";
  private static final String BAD = "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";

  private static String http(String urls, String health) {
    return YAML.formatted(urls, health, "HTTP * /a/**", "HTTP * /a/**");
  }

  /** Answers checks as it is told, and calls with its name. */
  private static Origin origin(String name, AtomicReference<String> health, AtomicInteger checks) {
    return Origin.of(
        (request, in, out) -> {
          if (request.line().startsWith("GET /healthz ")) {
            checks.incrementAndGet();
            Origin.write(out, health.get());
            return false;
          }
          Origin.write(out, Origin.response(200, name));
          return true;
        });
  }

  private static String get(RunningServer server, String path) {
    try {
      var answer = RawHttp.get(server.port(), path);
      return answer.status() + " " + (answer.status() == 200 ? answer.body() : "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isUp(RunningServer server, int port, boolean up) {
    return get(server, "/metrics")
        .contains(
            "oneport_upstream_up{address=\"127.0.0.1:%d\",upstream=\"a\"} %d"
                .formatted(port, up ? 1 : 0));
  }

  @Test
  void callsGoToHealthyAddresses() throws Exception {
    var health = new AtomicReference<>(OK);
    var checks = new AtomicInteger();
    try (var one = origin("one", health, checks);
        var two = origin("two", new AtomicReference<>(OK), new AtomicInteger());
        var server =
            RunningServer.start(
                http("\"" + one.url() + "\", \"" + two.url() + "\"", "path: /healthz"))) {
      Await.until("it is checked", () -> checks.get() > 1);
      assertEquals("200 ", get(server, "/a/x").substring(0, 4));
      health.set(BAD);
      Await.until("it is unhealthy", () -> isUp(server, one.port(), false));
      for (int i = 0; i < 20; i++) {
        assertEquals("200 two", get(server, "/a/x"));
      }
      health.set(OK);
      Await.until("it is healthy", () -> isUp(server, one.port(), true));
      Await.until("it is used", () -> get(server, "/a/x").equals("200 one"));
    }
  }

  @Test
  void withoutAHealthyAddressCallsFailAtOnce() throws Exception {
    var health = new AtomicReference<>(BAD);
    try (var one = origin("one", health, new AtomicInteger());
        var server =
            RunningServer.start(
                http("\"" + one.url() + "\"", "path: /healthz, in-readiness: true"))) {
      Await.until("it is unhealthy", () -> isUp(server, one.port(), false));
      var answer = RawHttp.get(server.port(), "/a/x");
      assertEquals(502, answer.status());
      assertEquals("1", answer.header("retry-after"));
      assertTrue(
          one.requests().stream().allMatch(request -> request.line().startsWith("GET /healthz ")));
      assertEquals("503 ", get(server, "/health/ready"));
      assertEquals("200 {\"status\":\"UP\"}", get(server, "/health/live"));
      health.set(OK);
      Await.until("it is ready", () -> get(server, "/health/ready").startsWith("200"));
      assertEquals("200 one", get(server, "/a/x"));
      server.stop();
      var line = server.audit().toString(StandardCharsets.UTF_8);
      assertTrue(line.contains("a: a at 127.0.0.1:" + one.port() + " is unhealthy"), line);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a hang, ''",
    "garbage, hello",
    "a redirect, 'HTTP/1.1 302 X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'",
    "a head without an end, 'HTTP/1.1 200 X\r\n'"
  })
  void aBadAnswerIsAFailedCheck(String kind, String answer) throws Exception {
    try (var one =
            Origin.of(
                (request, in, out) -> {
                  Origin.write(out, answer);
                  var _ = in.read();
                  return false;
                });
        var server = RunningServer.start(http("\"" + one.url() + "\"", "path: /healthz"))) {
      Await.until(kind, () -> isUp(server, one.port(), false));
      assertEquals("200 {\"status\":\"UP\"}", get(server, "/health/ready"), "not by setting");
    }
  }

  @Test
  void withoutAPathACheckConnects() throws Exception {
    var one = Origin.echo();
    int port = one.port();
    try (var server = RunningServer.start(http("\"" + one.url() + "\"", "path: \"\""))) {
      assertTrue(get(server, "/a/x").startsWith("200"));
      one.close();
      Await.until("it is unhealthy", () -> isUp(server, port, false));
      try (var _ = Origin.echoAt(port)) {
        Await.until("it is healthy", () -> isUp(server, port, true));
        assertTrue(get(server, "/a/x").startsWith("200"));
      }
    } finally {
      one.close();
    }
  }

  @Test
  void grpcUpstreamsAreAskedByTheirOwnProtocol() throws Exception {
    var manager = new HealthStatusManager();
    manager.setStatus("ledger.v1.Ledger", ServingStatus.SERVING);
    var upstream =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(manager.getHealthService())
            .build()
            .start();
    var yaml =
        YAML.formatted(
            "\"h2c://127.0.0.1:" + upstream.getPort() + "\"",
            "service: ledger.v1.Ledger",
            "GRPC **/*",
            "GRPC **/*");
    try (var server = RunningServer.start(yaml);
        var raw = RawClient.connect(server.port())) {
      assertTrue(isUp(server, upstream.getPort(), true));
      manager.setStatus("ledger.v1.Ledger", ServingStatus.NOT_SERVING);
      Await.until("it is unhealthy", () -> isUp(server, upstream.getPort(), false));
      raw.call(1, "/a.B/C").message(1, true);
      assertEquals("14", raw.response(1).trailer("grpc-status"));
      manager.setStatus("ledger.v1.Ledger", ServingStatus.SERVING);
      Await.until("it is healthy", () -> isUp(server, upstream.getPort(), true));
      raw.call(3, "/a.B/C").message(3, true);
      assertEquals("12", raw.response(3).trailer("grpc-status"));
      manager.clearStatus("ledger.v1.Ledger");
      Await.until("it is unknown", () -> isUp(server, upstream.getPort(), false));
    } finally {
      upstream.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "h2c://a | '{ path: /healthz }' | health.path: is for http and https",
        "http://a | '{ service: x }' | health.service: is for gRPC",
        "https://a | '{ path: /x, service: x }' | by path or by service, not by both",
        "http://a | '{ path: healthz }' | is not a path such as /healthz",
        "h2c://a | '{ service: \"a b\" }' | is not a service such as",
        "http://a | '{ interval: 1ms }' | must be between",
        "http://a | '{ unhealthy-after: 0 }' | must be between"
      })
  void whatCannotWorkIsRefused(String url, String health, String problem) {
    var text = "upstreams: { a: { url: \"%s\", health: %s } }".formatted(url, health);
    var configuration = Configuration.parse("test.yaml", text, Map.of(), false);
    var _ = Forwards.read(configuration.root());
    var problems = "";
    try {
      configuration.check();
    } catch (InvalidConfiguration e) {
      problems = String.valueOf(e.getMessage());
    }
    assertTrue(problems.contains(problem), problems);
  }
}
