package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OpenTelemetry costs nothing where it is not configured, and need not be there. */
@Timeout(120)
final class NothingLoadedTest {
  private static final String RULES =
      """
      server: { port: 0, host: 127.0.0.1 }
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }
      """;

  @TempDir Path folder;

  @Test
  void withoutTelemetryNoClassOfItIsLoaded() throws Exception {
    var loaded = serve(RULES, Map.of(), true);
    assertEquals(List.of(), loaded.stream().filter(NothingLoadedTest::isOfIt).toList());
    // The list is one of classes.
    assertTrue(loaded.contains("dev.oneport.server.Server"));
  }

  @Test
  void withoutTelemetryTheLibrariesNeedNotBeThere() throws Exception {
    var loaded = serve(RULES, Map.of(), false);
    assertEquals(List.of(), loaded.stream().filter(NothingLoadedTest::isOfIt).toList());
  }

  @Test
  void switchedOffItIsLikeNotConfigured() throws Exception {
    var loaded =
        serve(
            RULES + "telemetry: { otlp: http://127.0.0.1:1 }\n",
            Map.of("OTEL_SDK_DISABLED", "true"),
            false);
    assertEquals(List.of(), loaded.stream().filter(NothingLoadedTest::isOfIt).toList());
  }

  @Test
  void configuredItIsLoadedAndTheCallArrives() throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      var loaded =
          serve(
              RULES,
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                  "OTEL_TRACES_SAMPLER", "always_on",
                  "OTEL_SERVICE_NAME", "of the test"),
              true);
      assertTrue(loaded.contains("io.opentelemetry.sdk.trace.SdkTracerProvider"));
      assertEquals("GET /ping", collector.spans().getFirst().getName());
      assertEquals("of the test", collector.resources().getFirst().get("service.name"));
    }
  }

  @Test
  void configuredWithoutTheLibrariesItDoesNotStart() throws Exception {
    for (var variables :
        List.of(
            Map.<String, String>of(),
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"))) {
      var yaml = variables.isEmpty() ? RULES + "telemetry: { otlp: http://127.0.0.1:1 }\n" : RULES;
      try (var process = start(yaml, variables, false)) {
        assertEquals(2, process.exitCode());
        assertTrue(process.output().contains("needs OpenTelemetry's libraries"), process::output);
      }
    }
  }

  private static boolean isOfIt(String name) {
    return name.startsWith("io.opentelemetry") || name.startsWith("dev.oneport.telemetry.otlp");
  }

  /** Serves one call, and returns the classes that were loaded. */
  private List<String> serve(String yaml, Map<String, String> variables, boolean libraries)
      throws Exception {
    try (var process = start(yaml, variables, libraries)) {
      assertEquals(200, RawHttp.get(process.port(), "/ping").status());
      assertEquals(0, process.terminate().exitCode(), process::output);
    }
    try (var lines = Files.lines(folder.resolve("classes"))) {
      return lines.map(line -> line.replaceFirst("^\\[.*\\] ", "").split(" ", 2)[0]).toList();
    }
  }

  private ServerProcess start(String yaml, Map<String, String> variables, boolean libraries)
      throws Exception {
    var file = Files.writeString(folder.resolve("application.yaml"), yaml);
    var path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> libraries || !entry.contains("opentelemetry"))
            .collect(Collectors.joining(File.pathSeparator));
    var all = new HashMap<>(variables);
    all.put("CLASSPATH", path);
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    return ServerProcess.startScript(
        all,
        folder,
        "exec "
            + java
            + " -XX:TieredStopAtLevel=1 -Xlog:class+load=info:file=classes::filecount=0"
            + " dev.oneport.Main serve --config "
            + file);
  }
}
