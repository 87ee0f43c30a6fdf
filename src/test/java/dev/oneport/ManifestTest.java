package dev.oneport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What stands in {@code deploy/} fits the server that it deploys. */
final class ManifestTest {
  @TempDir Path folder;

  @Test
  void theConfigurationForKubernetesIsGood() throws Exception {
    var configuration = at(document("kubernetes.yaml", "ConfigMap"), "data", "application.yaml");
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

  private static Object container(Object service) {
    return at(service, "spec", "template", "spec", "containers", "0");
  }

  private static Object document(String file, String kind) throws IOException {
    var text = Files.readString(Path.of("deploy", file));
    var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return StreamSupport.stream(yaml.loadAll(text).spliterator(), false)
        .filter(document -> at(document, "kind").equals(kind))
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
