package dev.oneport.telemetry;

import dev.oneport.config.Section;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where telemetry goes, below {@code telemetry} and in OpenTelemetry's variables, which take
 * precedence.
 *
 * @param traces the URL that spans are sent to; empty for none
 * @param metrics the URL that metrics are sent to; empty for none
 * @param headers sent with each; may hold secrets
 * @param service the attributes of this process
 * @param interval the time between two exports of the metrics
 */
public record TelemetrySettings(
    Optional<URI> traces,
    Optional<URI> metrics,
    Map<String, String> headers,
    Sampling sampling,
    Map<String, String> service,
    Duration interval) {
  private static final String MISSING =
      "needs OpenTelemetry's libraries, which are not on the class path: docs/telemetry.md says how"
          + " to add them, and OTEL_SDK_DISABLED=true does without";

  /** A class of each library that is needed. */
  private static final Set<String> NEEDED =
      Set.of(
          "io.opentelemetry.sdk.OpenTelemetrySdk",
          "io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter",
          "io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSender");

  /**
   * Reads the section and closes it; empty if nothing is to be sent.
   *
   * @param version this program's version
   */
  public static Optional<TelemetrySettings> read(Section section, String version) {
    try (section) {
      var variables = new OtelVariables(section);
      var sample = section.share("sample", OtelVariables.RATIO);
      var configured = url(section);
      var endpoint = variables.endpoint().or(() -> configured);
      if (variables.disabled()) {
        return Optional.empty();
      }
      var traces = variables.tracesTo(endpoint);
      var metrics = variables.metricsTo(endpoint);
      if (traces.isEmpty() && metrics.isEmpty()) {
        return Optional.empty();
      }
      if (!NEEDED.stream().allMatch(TelemetrySettings::isThere)) {
        if (section.has("otlp")) {
          section.problem("otlp", MISSING);
        } else {
          section.variableProblem(OtelVariables.ENDPOINT, MISSING);
        }
      }
      var settings =
          new TelemetrySettings(
              traces,
              metrics,
              variables.headers(),
              variables.sampling(sample),
              variables.service(version),
              variables.interval());
      variables.warnOfOthers();
      return Optional.of(settings);
    }
  }

  private static Optional<URI> url(Section section) {
    var text = section.text("otlp").filter(it -> !it.isBlank());
    var url = text.flatMap(OtelVariables::url);
    if (text.isPresent() && url.isEmpty()) {
      section.problem("otlp", "must be a URL such as http://collector:4318, without a query");
    }
    return url;
  }

  private static boolean isThere(String name) {
    try {
      var _ = Class.forName(name, false, TelemetrySettings.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError _) {
      return false;
    }
  }

  /** Without the headers, which may hold secrets. */
  @Override
  public String toString() {
    return "TelemetrySettings[traces=" + traces + ", metrics=" + metrics + "]";
  }
}
