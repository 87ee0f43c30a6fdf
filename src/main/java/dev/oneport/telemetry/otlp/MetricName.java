package dev.oneport.telemetry.otlp;

import java.util.Map;

/**
 * A metric's name on the page, as OpenTelemetry has it: with dots, and its unit apart. A collector
 * that translates it for Prometheus gets the page's name again.
 *
 * @param unit in UCUM; empty for a number of things
 */
record MetricName(String name, String unit) {
  /** The names of the semantic conventions. */
  private static final Map<String, String> CONVENTIONS =
      Map.ofEntries(
          Map.entry("http_server_request_duration", "http.server.request.duration"),
          Map.entry("rpc_server_call_duration", "rpc.server.call.duration"),
          Map.entry("jvm_memory_used", "jvm.memory.used"),
          Map.entry("jvm_memory_committed", "jvm.memory.committed"),
          Map.entry("jvm_buffer_memory_used", "jvm.buffer.memory.used"),
          Map.entry("jvm_gc_duration", "jvm.gc.duration"),
          Map.entry("jvm_thread_count", "jvm.thread.count"),
          Map.entry("jvm_class_count", "jvm.class.count"),
          Map.entry("jvm_cpu_time", "jvm.cpu.time"));

  private static final Map<String, String> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("http_request_method", "http.request.method"),
          Map.entry("http_route", "http.route"),
          Map.entry("http_response_status_code", "http.response.status_code"),
          Map.entry("rpc_system_name", "rpc.system.name"),
          Map.entry("rpc_method", "rpc.method"),
          Map.entry("rpc_response_status_code", "rpc.response.status_code"),
          Map.entry("jvm_memory_pool_name", "jvm.memory.pool.name"),
          Map.entry("jvm_buffer_pool_name", "jvm.buffer.pool.name"),
          Map.entry("jvm_gc_name", "jvm.gc.name"));

  private static final String TOTAL = "_total";
  private static final Map<String, String> UNITS = Map.of("_seconds", "s", "_bytes", "By");

  static MetricName of(String printed) {
    var base = without(printed, TOTAL);
    for (var unit : UNITS.entrySet()) {
      if (base.endsWith(unit.getKey())) {
        return new MetricName(named(without(base, unit.getKey())), unit.getValue());
      }
    }
    return new MetricName(named(base), "");
  }

  static String attribute(String label) {
    return ATTRIBUTES.getOrDefault(label, label);
  }

  private static String named(String base) {
    return CONVENTIONS.getOrDefault(base, base.replaceFirst("^oneport_", "oneport."));
  }

  private static String without(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }
}
