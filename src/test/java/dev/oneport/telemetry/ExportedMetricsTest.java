package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The collector gets what the page has, in OpenTelemetry's names. */
@Timeout(60)
final class ExportedMetricsTest {
  private static final Map<String, String> UNITS = Map.of("s", "_seconds", "By", "_bytes", "", "");

  @Test
  void allMetricsOfThePageAreSentAndTranslatedBackHaveItsNames() throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      String page;
      try (var server =
          start(collector, "[ HTTP GET /ping, GRPC Echo/*, WS /ws, HTTP GET /metrics ]")) {
        assertEquals(200, RawHttp.get(server.port(), "/ping").status());
        page = RawHttp.get(server.port(), "/metrics").body();
      }
      var typed =
          page.lines()
              .filter(line -> line.startsWith("# TYPE "))
              .map(line -> line.split(" ", -1)[2])
              .filter(name -> page.contains("\n" + name))
              .collect(Collectors.toCollection(TreeSet::new));
      var sent =
          collector.metrics().stream()
              .map(ExportedMetricsTest::printed)
              .collect(Collectors.toCollection(TreeSet::new));
      typed.removeIf(
          name ->
              !page.contains("\n" + name + " ")
                  && !page.contains("\n" + name + "{")
                  && !page.contains("\n" + name + "_count"));
      typed.removeAll(sent);
      assertEquals(new TreeSet<>(), typed);
    }
  }

  /** As the collector's translation for Prometheus has it. */
  private static String printed(Metric metric) {
    var name = metric.getName().replace('.', '_') + UNITS.get(metric.getUnit());
    return metric.hasSum() ? name + "_total" : name;
  }

  @Test
  void callsAreCountedWithoutAPageOfMetrics() throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      try (var server = start(collector, "[ HTTP GET /ping, GRPC Echo/*, WS /ws ]")) {
        for (int i = 0; i < 3; i++) {
          assertEquals(200, RawHttp.get(server.port(), "/ping").status());
        }
      }
      var calls = named(collector, "oneport.calls").getSum();
      assertTrue(calls.getIsMonotonic());
      assertEquals(
          AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE,
          calls.getAggregationTemporality());
      var point = calls.getDataPoints(0);
      assertEquals(3, point.getAsDouble());
      assertEquals(
          Map.of(
              "protocol", "HTTP",
              "route", "HTTP GET /ping",
              "decision", "allowed",
              "status", "200"),
          TestCollector.texts(point.getAttributesList()));
      var duration = named(collector, "http.server.request.duration");
      var times = duration.getHistogram().getDataPoints(0);
      assertEquals("s", duration.getUnit());
      assertEquals(3, times.getCount());
      assertEquals(times.getExplicitBoundsCount() + 1, times.getBucketCountsCount());
      assertEquals(3, times.getBucketCountsList().stream().mapToLong(Long::longValue).sum());
      assertEquals(
          Map.of(
              "http.request.method", "GET",
              "http.route", "/ping",
              "http.response.status_code", "200"),
          TestCollector.texts(times.getAttributesList()));
    }
  }

  private static RunningServer start(TestCollector collector, String routes) {
    return RunningServer.start(
        collector.yaml() + "policy: { rules: [ { allow: [ anyone ], route: " + routes + " } ] }\n",
        new EchoService());
  }

  private static Metric named(TestCollector collector, String name) {
    return List.copyOf(collector.metrics()).stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
