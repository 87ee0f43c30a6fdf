package dev.oneport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.oneport.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What stands in {@code deploy/} fits the server that it deploys. */
final class ManifestTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "kubernetes.yaml,ConfigMap,data/application.yaml",
    "kubernetes-sidecar.yaml,ConfigMap,data/application.yaml",
    "compose.yaml,,configs/policy/content",
    "cloud-run-sidecar.yaml,#,"
  })
  void theConfigurationIsGood(String file, String kind, String path) throws Exception {
    var configuration =
        "#".equals(kind) ? inComments(file) : at(document(file, kind), path.split("/", -1));
    Files.writeString(folder.resolve("application.yaml"), (String) configuration);
    try (var process = ServerProcess.start(Map.of(), folder, "serve", "--check")) {
      assertEquals(0, process.exitCode(), process.output());
    }
  }

  @Test
  void cloudRunNamesWhatTheConfigurationInTheImageAsksFor() throws Exception {
    var container = container(document("cloud-run.yaml", "Service"));
    @SuppressWarnings("unchecked")
    var variables = (List<Map<String, String>>) at(container, "env");
    var environment = new HashMap<String, String>();
    variables.forEach(each -> environment.put(each.get("name"), each.get("value")));
    try (var process = ServerProcess.start(environment, folder, "serve", "--check")) {
      assertEquals(0, process.exitCode(), process.output());
    }
  }

  @Test
  void cloudRunIsNotAskedForHttp2EndToEndBecauseWebSocketsWouldEnd() throws Exception {
    assertEquals(
        "http1", at(container(document("cloud-run.yaml", "Service")), "ports", "0", "name"));
  }

  @Test
  void kubernetesRunsItWithoutRightsAndReadOnly() throws Exception {
    var pod = at(document("kubernetes.yaml", "Deployment"), "spec", "template", "spec");
    var container = at(pod, "containers", "0");
    assertEquals(true, at(pod, "securityContext", "runAsNonRoot"));
    assertEquals(true, at(container, "securityContext", "readOnlyRootFilesystem"));
    assertEquals(List.of("ALL"), at(container, "securityContext", "capabilities", "drop"));
  }

  /** The policy that the comments of a file show. */
  private static String inComments(String file) throws IOException {
    return Files.readString(Path.of("deploy", file))
        .lines()
        .filter(line -> line.matches("#   \\w+: [{\\[].*"))
        .map(line -> line.substring(4))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void theSidecarsAreReachedThroughOnePortOnly() throws Exception {
    var spec = at(document("cloud-run-sidecar.yaml", "Service"), "spec", "template", "spec");
    assertEquals("http1", at(spec, "containers", "0", "ports", "0", "name"));
    assertFalse(((Map<?, ?>) at(spec, "containers", "1")).containsKey("ports"));
    var pod = at(document("kubernetes-sidecar.yaml", "Deployment"), "spec", "template", "spec");
    assertFalse(((Map<?, ?>) at(pod, "containers", "1")).containsKey("ports"));
    assertEquals(
        List.of("ALL"), at(pod, "containers", "1", "securityContext", "capabilities", "drop"));
    var compose = document("compose.yaml", null);
    assertFalse(((Map<?, ?>) at(compose, "services", "app")).containsKey("ports"));
    assertEquals(true, at(compose, "networks", "inside", "internal"));
  }

  private static Object container(Object service) {
    return at(service, "spec", "template", "spec", "containers", "0");
  }

  /** A document of a kind; the first without one. */
  private static Object document(String file, @Nullable String kind) throws IOException {
    var text = Files.readString(Path.of("deploy", file));
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    var yaml = new Yaml(new SafeConstructor(options));
    return StreamSupport.stream(yaml.loadAll(text).spliterator(), false)
        .filter(document -> kind == null || at(document, "kind").equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static Object at(Object node, String... path) {
    var at = node;
    for (var step : path) {
      at =
          at instanceof List<?> list
              ? list.get(Integer.parseInt(step))
              : ((Map<?, ?>) at).get(step);
      if (at == null) {
        throw new IllegalStateException("there is no " + String.join(".", path));
      }
    }
    return at;
  }
}
