package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http2.Await;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alerts ask for metrics and labels that there are. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class DashboardTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path FILES = Path.of("deploy", "telemetry");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:oneport|http_server|rpc_server|jvm)_[a-z0-9_]+");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern SELECTED = Pattern.compile("[{,](\\w+)=");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(?:^|,)(\\w+)=\"");

  /** What the scraper adds. */
  private static final Set<String> SCRAPED = Set.of("job", "instance", "le");

  private final Set<String> metrics = new TreeSet<>();
  private final Set<String> labels = new TreeSet<>(SCRAPED);

  @BeforeAll
  void readThePageOfABusyServer() throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS);
        var server =
            RunningServer.startTls(
                collector.yaml()
                    + """
                    upstreams: { other: { url: "http://127.0.0.1:1" } }
                    forward: [ { route: HTTP GET /other, to: other } ]
                    identity: { issuers: { file: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email } } }
                    policy:
                      rules:
                        - { allow: [ anyone ], route: [ HTTP GET /metrics, HTTP GET /other ] }
                        - { allow: [ anyone ], route: %s }
                    """
                        .formatted(
                            ISSUER.id(),
                            ISSUER.jwks(),
                            TestIssuer.AUDIENCE,
                            ProbeService.routes("ok")),
                new ProbeService(List.of("ok")))) {
      for (var name : List.of("HTTP/1.1", "gRPC unary", "WebSocket")) {
        try (var client = Probes.of(name, server.port())) {
          assertEquals("OK", client.call("ok", List.of()).reason());
        }
      }
      Await.until("an ended socket", () -> page(server).contains("oneport_websocket_duration"));
      var samples = SAMPLE.matcher(page(server));
      while (samples.find()) {
        metrics.add(samples.group(1));
        if (samples.group(2) != null) {
          LABEL.matcher(samples.group(2)).results().forEach(label -> labels.add(label.group(1)));
        }
      }
    }
    // Counted only once something has failed.
    metrics.addAll(
        Set.of(
            "oneport_key_fetches_total",
            "oneport_key_fetch_failures_total",
            "oneport_tls_handshake_failures_total"));
    labels.addAll(Set.of("issuer", "reason"));
  }

  private static String page(RunningServer server) {
    try {
      return RawHttp.get(server.port(), "/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void ofTheDashboard() throws IOException {
    check(dashboard());
  }

  @Test
  void ofTheAlerts() throws IOException {
    check(alerts());
  }

  @Test
  void theOperatorsQuestionsHaveAlerts() throws IOException {
    var all = String.join("\n", alerts());
    for (var metric :
        List.of(
            "decision=\"denied\"",
            "oneport_key_fetch_failures_total",
            "oneport_certificate_expiry_seconds",
            "oneport_open_calls")) {
      assertTrue(all.contains(metric), metric);
    }
  }

  private void check(List<String> queries) {
    assertTrue(queries.size() > 5);
    for (var query : queries) {
      assertTrue(NAME.matcher(query).find(), query);
      NAME.matcher(query)
          .results()
          .map(match -> match.group())
          .forEach(name -> assertTrue(metrics.contains(name), () -> name + " of " + query));
      SELECTED
          .matcher(query)
          .results()
          .map(match -> match.group(1))
          .forEach(label -> assertTrue(labels.contains(label), () -> label + " of " + query));
      GROUPED
          .matcher(query)
          .results()
          .flatMap(match -> List.of(match.group(1).split(", ")).stream())
          .forEach(label -> assertTrue(labels.contains(label), () -> label + " of " + query));
    }
  }

  private static List<String> dashboard() throws IOException {
    var queries = new ArrayList<String>();
    try (var reader = Json.createReader(Files.newBufferedReader(FILES.resolve("dashboard.json")))) {
      for (var panel : reader.readObject().getJsonArray("panels").getValuesAs(JsonObject.class)) {
        if (panel.containsKey("targets")) {
          panel
              .getJsonArray("targets")
              .getValuesAs(JsonObject.class)
              .forEach(target -> queries.add(target.getString("expr")));
        }
      }
    }
    return queries;
  }

  private static List<String> alerts() throws IOException {
    var queries = new ArrayList<String>();
    for (var group : list(yaml("alerts.yaml").get("groups"))) {
      for (var rule : list(map(group).get("rules"))) {
        queries.add(String.valueOf(map(rule).get("expr")));
      }
    }
    return queries;
  }

  @Test
  void theConfigurationBesideGrafanaIsGood(@TempDir Path folder) throws Exception {
    var configs = map(yaml("grafana.yaml").get("configs"));
    var policy = String.valueOf(map(configs.get("policy")).get("content"));
    Files.writeString(folder.resolve("application.yaml"), policy);
    try (var process = ServerProcess.start(Map.of(), folder, "serve", "--check")) {
      assertEquals(0, process.exitCode(), process.output());
    }
  }

  @Test
  void theOtherFilesAreYaml() throws IOException {
    assertEquals("Service", yaml("google-cloud.yaml").get("kind"));
    assertTrue(yaml("google-collector.yaml").containsKey("service"));
  }

  private static Map<?, ?> yaml(String file) throws IOException {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(options)).load(Files.readString(FILES.resolve(file)));
  }

  private static List<?> list(@Nullable Object value) {
    return (List<?>) Objects.requireNonNull(value);
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return (Map<?, ?>) Objects.requireNonNull(value);
  }
}
