package dev.oneport.metrics;

import dev.oneport.api.Protocol;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/**
 * Counts calls and their durations, from the same records as the audit. Every label comes from
 * mounted routes or a fixed set, so no client can make the number of series grow. Exemplars are
 * off: the library would load OpenTelemetry's classes for them wherever it finds them, and write
 * into spans.
 */
public final class CallMetrics {
  private static final double[] BOUNDS = {
    0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };
  private static final double NANOS = 1e9;
  private static final int FIRST_APPLICATION_CODE = 3000;

  private final Counter calls;
  private final Histogram http;
  private final Histogram rpc;
  private final Histogram sockets;

  CallMetrics(PrometheusRegistry registry) {
    calls =
        Counter.builder()
            .name("oneport_calls_total")
            .help("Ended calls, including refused ones.")
            .labelNames("protocol", "route", "decision", "status")
            .withoutExemplars()
            .register(registry);
    http =
        histogram(
            registry,
            "http_server_request_duration_seconds",
            "HTTP requests, from the guard to the end of the response.",
            "http_request_method",
            "http_route",
            "http_response_status_code");
    rpc =
        histogram(
            registry,
            "rpc_server_call_duration_seconds",
            "gRPC calls, from the guard to their status.",
            "rpc_system_name",
            "rpc_method",
            "rpc_response_status_code");
    sockets =
        histogram(
            registry,
            "oneport_websocket_duration_seconds",
            "WebSockets, from the upgrade to the close.",
            "route",
            "status");
  }

  /** Counts an ended call. */
  public void count(CallRecord call) {
    if (call.event() == Event.STARTED) {
      return;
    }
    var route = call.route();
    var status = status(call);
    var decision = call.event() == Event.DENIED ? "denied" : "allowed";
    calls.labelValues(route.protocol().name(), route.toString(), decision, status).inc();
    var seconds = call.nanos() / NANOS;
    var series =
        switch (route.protocol()) {
          case HTTP -> http.labelValues(call.request().knownMethod(), route.path(), status);
          case GRPC -> rpc.labelValues("grpc", route.name(), status);
          case WS -> sockets.labelValues(route.name(), status);
        };
    series.observe(seconds);
  }

  /** Clients may close a socket with any of two thousand codes; those share one label. */
  private static String status(CallRecord call) {
    var status = call.status();
    return call.route().protocol() == Protocol.WS
            && call.reason().isEmpty()
            && Integer.parseInt(status) >= FIRST_APPLICATION_CODE
        ? "application"
        : status;
  }

  private static Histogram histogram(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .unit(Unit.SECONDS)
        .classicOnly()
        .classicUpperBounds(BOUNDS)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }
}
