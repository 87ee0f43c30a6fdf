package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A collector that misbehaves costs no call, little memory, and one line in the log. */
@Timeout(120)
final class CollectorFaultsTest {
  /** More than may wait. */
  private static final int MANY = 3_000;

  private static final String RULES =
      "policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws, HTTP GET /metrics ] } ] }\n";

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "ACCEPTS")
  void callsGoOnSpansAreDroppedAndCountedAndTheLogHasOneLine(Manner manner) throws Exception {
    long began;
    try (var log = new LogRecords("dev.oneport.telemetry");
        var others = new LogRecords("io.opentelemetry");
        var collector = new TestCollector(manner)) {
      try (var server = RunningServer.start(collector.yaml() + RULES, new EchoService())) {
        ping(server.port(), MANY);
        collector.awaitRequest();
        long lost = MANY - 2048;
        Await.until(
            "dropped spans", () -> metric(server, "oneport_telemetry_dropped_spans_total") >= lost);
        assertTrue(metric(server, "oneport_telemetry_waiting_spans") <= 2048);
        assertEquals(200, RawHttp.get(server.port(), "/ping").status());
        began = System.nanoTime();
      }
      // The grace period, which a collector may not prolong.
      assertTrue(System.nanoTime() - began < Duration.ofSeconds(8).toNanos());
      var lines = log.lines().stream().filter(it -> it.contains(collector.url())).toList();
      assertTrue(lines.size() <= 1, lines::toString);
      assertEquals(List.of(), others.lines());
    }
  }

  @Test
  void aCollectorThatRecoversGetsWhatComesThen() throws Exception {
    try (var collector = new TestCollector(Manner.REFUSES)) {
      try (var server = RunningServer.start(collector.yaml() + RULES, new EchoService())) {
        ping(server.port(), 1);
        Await.until(
            "a failed export", () -> metric(server, "oneport_telemetry_failed_exports_total") > 0);
        collector.manner(Manner.ACCEPTS);
        ping(server.port(), 1);
      }
      assertTrue(collector.spans().stream().anyMatch(span -> span.getName().equals("GET /ping")));
    }
  }

  @Test
  void noCollectorAtAllIsNotWaitedFor() throws Exception {
    var nobody = new TestCollector(Manner.ACCEPTS);
    nobody.close();
    try (var server = RunningServer.start(nobody.yaml() + RULES, new EchoService())) {
      ping(server.port(), 10);
    }
  }

  /** A redirect could send headers with secrets elsewhere. */
  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (var collector = new TestCollector(Manner.REDIRECTS)) {
      try (var server = RunningServer.start(collector.yaml() + RULES, new EchoService())) {
        ping(server.port(), 1);
        collector.awaitRequest();
      }
      assertTrue(
          collector.paths().stream().noneMatch("/elsewhere"::equals),
          () -> collector.paths().toString());
    }
  }

  private static double metric(RunningServer server, String name) {
    try {
      var page = RawHttp.get(server.port(), "/metrics").body();
      var line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(page);
      return line.find() ? Double.parseDouble(line.group(1)) : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void ping(int port, int count) throws Exception {
    try (var client = TestTls.http().build()) {
      var request = HttpRequest.newBuilder(TestTls.uri("http", port, "/ping")).build();
      for (int i = 0; i < count; i++) {
        assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode());
      }
    }
  }
}
