package dev.oneport.telemetry.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.net.URI;
import java.util.Collection;

/** Sends metrics, and reports when that fails. */
final class ReportingMetricExporter implements MetricExporter {
  private final URI url;
  private final MetricExporter next;
  private final ExportFailures failures;

  ReportingMetricExporter(URI url, MetricExporter next, ExportFailures failures) {
    this.url = url;
    this.next = next;
    this.failures = failures;
  }

  @Override
  public CompletableResultCode export(Collection<MetricData> metrics) {
    var result = next.export(metrics);
    return result.whenComplete(
        () -> {
          if (!result.isSuccess()) {
            failures.add("the metrics", url, ExportFailures.why(result.getFailureThrowable()));
          }
        });
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return next.getAggregationTemporality(type);
  }

  @Override
  public CompletableResultCode flush() {
    return next.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return next.shutdown();
  }
}
