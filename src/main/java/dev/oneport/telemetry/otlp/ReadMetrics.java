package dev.oneport.telemetry.otlp;

import dev.oneport.metrics.Metrics;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableMetricData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Reads the metrics of the page, under OpenTelemetry's names. */
final class ReadMetrics implements MetricProducer {
  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.create(OtlpTelemetry.SCOPE);

  private final Supplier<Metrics> metrics;
  private final InstantSource clock;
  private final long start;

  ReadMetrics(Supplier<Metrics> metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
    this.start = nanos(clock.millis());
  }

  @Override
  public Collection<MetricData> produce(Resource resource) {
    var now = nanos(clock.millis());
    var all = new ArrayList<MetricData>();
    for (var snapshot : metrics.get().snapshots()) {
      if (!snapshot.getDataPoints().isEmpty()) {
        all.add(read(resource, snapshot, now));
      }
    }
    return all;
  }

  private MetricData read(Resource resource, MetricSnapshot snapshot, long now) {
    var help = snapshot.getMetadata().getHelp();
    var printed = snapshot.getMetadata().getPrometheusName();
    return switch (snapshot) {
      case CounterSnapshot counter -> {
        var name = MetricName.of(printed + "_total");
        yield ImmutableMetricData.createDoubleSum(
            resource,
            SCOPE,
            name.name(),
            help,
            name.unit(),
            SumData.createDoubleSumData(
                true,
                AggregationTemporality.CUMULATIVE,
                counter.getDataPoints().stream()
                    .map(point -> point(point, point.getValue(), now))
                    .toList()));
      }
      case GaugeSnapshot gauge -> {
        var name = MetricName.of(printed);
        yield ImmutableMetricData.createDoubleGauge(
            resource,
            SCOPE,
            name.name(),
            help,
            name.unit(),
            GaugeData.createDoubleGaugeData(
                gauge.getDataPoints().stream()
                    .map(point -> point(point, point.getValue(), now))
                    .toList()));
      }
      case HistogramSnapshot histogram -> {
        var name = MetricName.of(printed);
        yield ImmutableMetricData.createDoubleHistogram(
            resource,
            SCOPE,
            name.name(),
            help,
            name.unit(),
            HistogramData.create(
                AggregationTemporality.CUMULATIVE,
                histogram.getDataPoints().stream().map(point -> point(point, now)).toList()));
      }
      default -> throw new IllegalStateException("a metric of the type " + snapshot.getClass());
    };
  }

  private DoublePointData point(DataPointSnapshot point, double value, long now) {
    return DoublePointData.create(start, now, attributes(point.getLabels()), value, List.of());
  }

  /** OpenTelemetry leaves out the bound of the last bucket, which is infinite. */
  private HistogramPointData point(HistogramDataPointSnapshot point, long now) {
    var bounds = new ArrayList<Double>();
    var counts = new ArrayList<Long>();
    for (var bucket : point.getClassicBuckets()) {
      if (bucket.getUpperBound() < Double.POSITIVE_INFINITY) {
        bounds.add(bucket.getUpperBound());
      }
      counts.add(bucket.getCount());
    }
    return HistogramPointData.create(
        start,
        now,
        attributes(point.getLabels()),
        point.hasSum() ? point.getSum() : 0,
        false,
        0,
        false,
        0,
        bounds,
        counts);
  }

  private static Attributes attributes(Labels labels) {
    var attributes = Attributes.builder();
    for (int i = 0; i < labels.size(); i++) {
      attributes.put(MetricName.attribute(labels.getPrometheusName(i)), labels.getValue(i));
    }
    return attributes.build();
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
