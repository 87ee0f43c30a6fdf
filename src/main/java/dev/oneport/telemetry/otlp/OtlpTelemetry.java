package dev.oneport.telemetry.otlp;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.oneport.metrics.Metrics;
import dev.oneport.record.CallTracer;
import dev.oneport.telemetry.Sampling;
import dev.oneport.telemetry.Telemetry;
import dev.oneport.telemetry.TelemetrySettings;
import dev.oneport.threads.Background;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends spans and metrics with OpenTelemetry's SDK, over HTTP. */
public final class OtlpTelemetry implements Telemetry {
  static final String SCOPE = "dev.oneport";

  private static final AttributeKey<String> INSTANCE =
      AttributeKey.stringKey("service.instance.id");

  private static final int MOST_EVENTS = 64;
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final Duration SENDING = Duration.ofSeconds(10);

  private final TelemetrySettings settings;
  private final InstantSource wall;
  private final Resource resource;
  private final ExportFailures failures = new ExportFailures();
  private final SpanQueue spans;
  private final TraceNumbers numbers;
  private final SdkTracerProvider traces;
  private final @Nullable SpanSender sender;
  private volatile @Nullable SdkMeterProvider meters;

  private OtlpTelemetry(TelemetrySettings settings, InstantSource wall) {
    this.settings = settings;
    this.wall = wall;
    this.resource =
        Resource.getDefault()
            .merge(Resource.create(Attributes.of(INSTANCE, UUID.randomUUID().toString())))
            .merge(Resource.create(attributes(settings.service())));
    this.numbers = new TraceNumbers(settings.sampling());
    this.traces =
        SdkTracerProvider.builder()
            .addSpanProcessor(SentWithRecord.INSTANCE)
            .setIdGenerator(numbers)
            .setResource(resource)
            .setSampler(sampler(settings.sampling()))
            .setSpanLimits(
                SpanLimits.builder()
                    .setMaxAttributeValueLength(FlatAttributes.LONGEST_TEXT)
                    .setMaxNumberOfEvents(MOST_EVENTS)
                    .build())
            .build();
    this.spans =
        new SpanQueue(
            SpanMessage.resource(resource.getAttributes()), SpanMessage.scope(SCOPE, version()));
    this.sender = settings.traces().map(this::sender).orElse(null);
  }

  /** Starts to send; spans at once, metrics when they are there. */
  public static Telemetry start(TelemetrySettings settings, InstantSource wall) {
    return new OtlpTelemetry(settings, wall);
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public CallTracer tracer() {
    return settings.traces().isEmpty()
        ? CallTracer.NONE
        : new OtlpTracer(
            traces.get(SCOPE, version()), numbers, settings.sampling().byParent(), spans);
  }

  @Override
  public void export(Supplier<Metrics> metrics) {
    metrics
        .get()
        .gauge("oneport_telemetry_waiting_spans", "Spans that wait to be sent.", spans::waiting)
        .counter(
            "oneport_telemetry_dropped_spans_total",
            "Spans that were not sent, because too many waited or the collector failed.",
            spans::dropped)
        .counter(
            "oneport_telemetry_failed_exports_total",
            "Batches of spans or metrics that the collector did not accept.",
            failures::count);
    settings
        .metrics()
        .ifPresent(
            url ->
                meters =
                    SdkMeterProvider.builder()
                        .setResource(resource)
                        .registerMetricReader(
                            PeriodicMetricReader.builder(
                                    new ReportingMetricExporter(url, metricExporter(url), failures))
                                .setInterval(settings.interval())
                                .build())
                        .registerMetricProducer(new ReadMetrics(metrics, wall))
                        .build());
  }

  /** On another thread, because the SDK's own methods wait longer. */
  @Override
  public void close(Duration longest) {
    var end = Background.start("telemetry-end", this::end);
    try {
      var _ = end.join(longest);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    var last = meters;
    var metrics = last == null ? CompletableResultCode.ofSuccess() : last.shutdown();
    try {
      if (sender != null) {
        sender.close(SENDING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var _ = traces.shutdown();
    var _ = metrics.join(SENDING.toSeconds(), SECONDS);
  }

  private SpanSender sender(URI url) {
    var agent = "oneport/" + version();
    return new SpanSender(
        new SpanRequest(url, settings.headers(), agent, CONNECTING, SENDING), spans, failures);
  }

  private String version() {
    return settings.service().getOrDefault("service.version", "");
  }

  private OtlpHttpMetricExporter metricExporter(URI url) {
    return OtlpHttpMetricExporter.builder()
        .setEndpoint(url.toString())
        .setHeaders(settings::headers)
        .setConnectTimeout(CONNECTING)
        .setTimeout(SENDING)
        .build();
  }

  private static Attributes attributes(Map<String, String> texts) {
    var attributes = Attributes.builder();
    texts.forEach(attributes::put);
    return attributes.build();
  }

  private static Sampler sampler(Sampling sampling) {
    var own =
        sampling.ratio() >= 1
            ? Sampler.alwaysOn()
            : sampling.ratio() <= 0
                ? Sampler.alwaysOff()
                : Sampler.traceIdRatioBased(sampling.ratio());
    return sampling.byParent() ? Sampler.parentBased(own) : own;
  }
}
