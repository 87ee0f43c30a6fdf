package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenTelemetry's variables count as they do elsewhere, or stop the start. */
final class OtelVariablesTest {
  private static final String FILE = "telemetry: { otlp: \"http://file:4318\", sample: 0.5 }";

  /**
   * Variables beside a file that has telemetry.
   *
   * @param variables as {@code NAME=value}, with semicolons between them
   * @param expected what counts then, or the problem
   */
  record Row(String variables, String expected) {
    @Override
    public String toString() {
      return variables.isEmpty() ? "none" : variables;
    }
  }

  static Stream<Row> rows() {
    var rows = new ArrayList<Row>();
    var file = "http://file:4318/v1/traces http://file:4318/v1/metrics";
    rows.add(new Row("", file + " parent 0.5"));
    rows.add(new Row("OTEL_SDK_DISABLED=true", "nothing"));
    rows.add(new Row("OTEL_SDK_DISABLED=TRUE", "nothing"));
    rows.add(new Row("OTEL_SDK_DISABLED=false", file + " parent 0.5"));
    rows.add(new Row("OTEL_SDK_DISABLED=yes", "OTEL_SDK_DISABLED: must be true or false"));
    rows.add(
        new Row(
            "OTEL_EXPORTER_OTLP_ENDPOINT=https://other/base/",
            "https://other/base/v1/traces https://other/base/v1/metrics parent 0.5"));
    rows.add(
        new Row(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t/x",
            "http://t/x http://file:4318/v1/metrics parent 0.5"));
    rows.add(
        new Row(
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m/x",
            "http://file:4318/v1/traces http://m/x parent 0.5"));
    for (var url :
        List.of(
            "collector:4318",
            "ftp://x",
            "http://",
            "http://u:p@x",
            "http://x?a=b",
            "http://x/#a",
            "http://a b")) {
      rows.add(
          new Row(
              "OTEL_EXPORTER_OTLP_ENDPOINT=" + url,
              "OTEL_EXPORTER_OTLP_ENDPOINT: must be a URL such as http://collector:4318, without a query"));
    }
    rows.add(new Row("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", file + " parent 0.5"));
    rows.add(
        new Row(
            "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
            "OTEL_EXPORTER_OTLP_PROTOCOL: must be http/protobuf"));
    rows.add(
        new Row(
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json",
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: must be http/protobuf"));
    rows.add(
        new Row(
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=grpc",
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: must be http/protobuf"));
    rows.add(new Row("OTEL_TRACES_EXPORTER=none", "- http://file:4318/v1/metrics parent 0.5"));
    rows.add(new Row("OTEL_METRICS_EXPORTER=none", "http://file:4318/v1/traces - parent 0.5"));
    rows.add(new Row("OTEL_TRACES_EXPORTER=none;OTEL_METRICS_EXPORTER=none", "nothing"));
    rows.add(new Row("OTEL_TRACES_EXPORTER=zipkin", "OTEL_TRACES_EXPORTER: must be otlp or none"));
    rows.add(
        new Row("OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER: must be otlp or none"));
    var samplers =
        Map.of(
            "always_on", " own 1.0",
            "always_off", " own 0.0",
            "traceidratio", " own 1.0",
            "parentbased_always_on", " parent 1.0",
            "parentbased_always_off", " parent 0.0",
            "parentbased_traceidratio", " parent 1.0");
    samplers.forEach(
        (name, expected) -> rows.add(new Row("OTEL_TRACES_SAMPLER=" + name, file + expected)));
    rows.add(
        new Row(
            "OTEL_TRACES_SAMPLER=traceidratio;OTEL_TRACES_SAMPLER_ARG=0.25", file + " own 0.25"));
    rows.add(new Row("OTEL_TRACES_SAMPLER_ARG=0.25", file + " parent 0.25"));
    for (var name : List.of("jaeger_remote", "xray", "parentbased_", "ALWAYS_ON")) {
      rows.add(
          new Row(
              "OTEL_TRACES_SAMPLER=" + name,
              "OTEL_TRACES_SAMPLER: must be always_on, always_off or traceidratio, with or without parentbased_ in front"));
    }
    for (var ratio : List.of("2", "-1", "10%", "NaN", "1e-3", "0,1", "1.1")) {
      rows.add(
          new Row(
              "OTEL_TRACES_SAMPLER_ARG=" + ratio,
              "OTEL_TRACES_SAMPLER_ARG: must be a share from 0 to 1 such as 0.1"));
    }
    for (var millis : List.of("99", "1.5", "-100", "1m", "999999999")) {
      rows.add(
          new Row(
              "OTEL_METRIC_EXPORT_INTERVAL=" + millis,
              "OTEL_METRIC_EXPORT_INTERVAL: must be a number of milliseconds from 100 to 99999999"));
    }
    for (var pairs : List.of("a", "=b", "a b=c", "a=%0a", "a=%", "a=%zz", "a=\u00e9")) {
      for (var name : List.of("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_RESOURCE_ATTRIBUTES")) {
        rows.add(
            new Row(
                name + "=" + pairs, name + ": must be name=value pairs with commas between them"));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aVariableCountsOrIsAMistake(Row row) {
    var variables = new HashMap<String, String>();
    for (var each : row.variables().split(";", -1)) {
      if (!each.isEmpty()) {
        variables.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
      }
    }
    assertEquals(row.expected(), shown(FILE, variables));
  }

  @Test
  void withoutAnythingNothingIsSent() {
    assertEquals("nothing", shown("", Map.of()));
    assertEquals("nothing", shown("", Map.of("OTEL_SERVICE_NAME", "x")));
    assertEquals("nothing", shown("telemetry: { sample: 1 }", Map.of()));
  }

  @Test
  void oneCallInTenIsSampledUnlessItsClientSays() {
    assertEquals(
        "http://c:4318/v1/traces http://c:4318/v1/metrics parent 0.1",
        shown("telemetry: { otlp: \"http://c:4318\" }", Map.of()));
  }

  @Test
  void theFilesOwnMistakesAreFound() {
    assertEquals(
        "telemetry.otlp: must be a URL such as http://collector:4318, without a query",
        shown("telemetry: { otlp: collector }", Map.of()));
    assertEquals(
        "telemetry.sample: must be between 0 and 1, not 10",
        shown("telemetry: { sample: 10 }", Map.of()));
    assertEquals(
        "telemetry.sample: must be a number such as 0.1, not '10%'",
        shown("telemetry: { sample: 10% }", Map.of()));
  }

  @Test
  void headersAndNamesAreDecodedAndNotShown() {
    var settings =
        read(
                FILE,
                Map.of(
                    "OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20secret+,x=",
                    "OTEL_RESOURCE_ATTRIBUTES", "service.name=a,deployment.environment.name=test",
                    "OTEL_SERVICE_NAME", "b",
                    "K_SERVICE", "c"))
            .orElseThrow();
    assertEquals(Map.of("api-key", "a secret+", "x", ""), settings.headers());
    assertEquals("b", settings.service().get("service.name"));
    assertEquals("test", settings.service().get("deployment.environment.name"));
    assertFalse(settings.toString().contains("secret"));
    assertEquals(
        "c", read(FILE, Map.of("K_SERVICE", "c")).orElseThrow().service().get("service.name"));
  }

  @Test
  void variablesWithoutEffectAreNamed() {
    var configuration =
        Configuration.parse(
            "test.yaml",
            FILE,
            Map.of(
                "OTEL_BSP_MAX_QUEUE_SIZE", "1000000",
                "OTEL_PROPAGATORS", "b3",
                "OTEL_SERVICE_NAME", "x",
                "OTHER", "x"),
            false);
    var _ = TelemetrySettings.read(configuration.root().section("telemetry"), "1");
    assertEquals(
        List.of(
            "OTEL_BSP_MAX_QUEUE_SIZE: has no effect here", "OTEL_PROPAGATORS: has no effect here"),
        configuration.warnings().stream().map(ConfigurationProblem::toString).toList());
  }

  private static String shown(String yaml, Map<String, String> variables) {
    try {
      return read(yaml, variables).map(OtelVariablesTest::shown).orElse("nothing");
    } catch (InvalidConfiguration e) {
      var problem = e.problems().getFirst().toString();
      return problem.substring(Math.max(problem.indexOf("OTEL_"), problem.indexOf("telemetry.")));
    }
  }

  private static String shown(TelemetrySettings settings) {
    return settings.traces().map(Object::toString).orElse("-")
        + " "
        + settings.metrics().map(Object::toString).orElse("-")
        + (settings.sampling().byParent() ? " parent " : " own ")
        + settings.sampling().ratio();
  }

  private static Optional<TelemetrySettings> read(String yaml, Map<String, String> variables) {
    var configuration = Configuration.parse("test.yaml", yaml, variables, false);
    var settings = TelemetrySettings.read(configuration.root().section("telemetry"), "1");
    configuration.check();
    return settings;
  }
}
