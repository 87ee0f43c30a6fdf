package dev.oneport.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The metrics of one server. Most are counted elsewhere and read when scraped. Names and units
 * follow OpenTelemetry's semantic conventions where they exist, in Prometheus's spelling; others
 * begin with {@code oneport}.
 */
public final class Metrics {
  /** The text format's media type. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final CallMetrics calls = new CallMetrics(registry);

  /** Adds the metrics of this Java virtual machine. */
  public Metrics() {
    JvmMetrics.addTo(this);
  }

  /** The metrics of calls. */
  public CallMetrics calls() {
    return calls;
  }

  /** A gauge. */
  public Metrics gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
    return this;
  }

  /** Gauges, one for each value of a label. */
  public Metrics gauges(
      String name, String help, String label, Supplier<Map<String, ? extends Number>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(
            callback ->
                values.get().forEach((key, value) -> callback.call(value.doubleValue(), key)))
        .register(registry);
    return this;
  }

  /** Gauges, one for each combination of the values of labels. */
  public Metrics gauges(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Integer>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(
            callback ->
                values
                    .get()
                    .forEach((key, value) -> callback.call(value, key.toArray(String[]::new))))
        .register(registry);
    return this;
  }

  /** A counter. */
  public Metrics counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
    return this;
  }

  /** Counters, one for each value of a label. */
  public Metrics counters(
      String name, String help, String label, Supplier<Map<String, ? extends Number>> values) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(
            callback ->
                values.get().forEach((key, value) -> callback.call(value.doubleValue(), key)))
        .register(registry);
    return this;
  }

  /** All current values. */
  public MetricSnapshots snapshots() {
    return registry.scrape();
  }

  /** Writes all current values. */
  public void write(OutputStream out) throws IOException {
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
  }
}
