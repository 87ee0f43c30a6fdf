package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process either serves or ends: one that cannot serve exits, and one that can keeps serving. */
@Timeout(90)
final class StaysUpTest {
  private static final String YAML =
      """
      server: { port: 0, host: 127.0.0.1, grace-period: 2s }
      policy:
        rules:
          - allow: [ anyone ]
            route:
              - HTTP GET /ping
              - GRPC Echo/*
              - WS /ws
              - HTTP GET /health/*
              - HTTP GET /harm/spin
              - HTTP GET /harm/files
              - HTTP GET /harm/memory
              - HTTP GET /harm/thread
              - HTTP GET /harm/worker
      """;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    var services = Files.createDirectories(folder.resolve("jar/META-INF/services"));
    Files.writeString(services.resolve("dev.oneport.api.Service"), HarmfulService.class.getName());
    Files.writeString(folder.resolve("application.yaml"), YAML);
  }

  private ServerProcess start(String before, Map<String, String> environment) {
    return ServerProcess.startWith(
        before, environment, folder, List.of(folder.resolve("jar")), "serve");
  }

  @Test
  void theProcessEndsWithItsListener() throws Exception {
    try (var process = start("ulimit -n 700; exec", Map.of());
        var client = HttpClient.newHttpClient()) {
      var _ = get(client, process.port(), "/harm/files");
      assertEquals(3, process.exitCode(), process.output());
      assertEquals(
          1,
          process.out().lines().filter(line -> line.contains("cannot go on")).count(),
          process.output());
    }
  }

  /** Started with plain {@code java}, without the launcher's options. */
  @Test
  void theProcessEndsWhenMemoryRunsOut() throws Exception {
    try (var process = start("exec", Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m"));
        var client = HttpClient.newHttpClient()) {
      var _ = get(client, process.port(), "/harm/memory");
      assertEquals(3, process.exitCode(), process.output());
      assertTrue(process.err().contains("cannot go on: out of memory"), process.err());
    }
  }

  /** All background threads are created in one place, as {@code ArchitectureTest} checks. */
  @ParameterizedTest
  @ValueSource(strings = {"/harm/thread", "/harm/worker"})
  void theProcessEndsWithABackgroundThread(String path) throws Exception {
    try (var process = start("exec", Map.of());
        var client = HttpClient.newHttpClient()) {
      var _ = get(client, process.port(), path);
      assertEquals(3, process.exitCode(), process.output());
      assertTrue(process.err().contains("the thread oneport-harm died of "), process.err());
    }
  }

  @ParameterizedTest
  @CsvSource({"taskset -c 0, 1", "taskset -c 0, 5", "'', 2", "'', 9"})
  void computingHandlersBlockNoOthers(String processors, int handlers) throws Exception {
    try (var process = start("exec " + processors, Map.of());
        var client = HttpClient.newHttpClient()) {
      var port = process.port();
      get(client, port, "/health/live").join();
      for (int i = 0; i < handlers; i++) {
        var _ = get(client, port, "/harm/spin?s=30");
      }
      var slowest = Duration.ZERO;
      for (int i = 0; i < 20; i++) {
        var began = System.nanoTime();
        assertEquals(200, get(client, port, "/health/live").join().statusCode());
        var took = Duration.ofNanos(System.nanoTime() - began);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
      }
      System.out.printf("%-14s %d handlers: slowest %s%n", processors, handlers, slowest);
      var began = System.nanoTime();
      assertEquals(0, process.terminate().exitCode(), process.output());
      var took = Duration.ofNanos(System.nanoTime() - began);
      // The grace period plus a margin for a busy machine; waiting for handlers would take 6 s
      // more.
      assertTrue(took.compareTo(Duration.ofSeconds(6)) < 0, "the end took " + took);
    }
  }

  @Test
  void tooFewFilesAreReported() throws Exception {
    try (var process = start("ulimit -n 257; exec", Map.of())) {
      assertEquals(2, process.exitCode(), process.output());
      assertTrue(process.err().contains("must be 272 or more, not 257"), process.output());
    }
    try (var process = start("ulimit -n 400; exec", Map.of());
        var client = HttpClient.newHttpClient()) {
      assertEquals(200, get(client, process.port(), "/health/live").join().statusCode());
      assertTrue(
          process.out().contains("accepts 144 connections at once instead of 16384"),
          process.out());
      assertEquals(0, process.terminate().exitCode(), process.output());
    }
  }

  /** A service that never finishes mounting does not delay the stop, and the exit code is 0. */
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aStartCanBeStopped(String signal) throws Exception {
    try (var process = start("exec", Map.of("HARM", "mount"))) {
      process.await("(mounting for ever)");
      process.signal("HUP");
      process.signal(signal);
      assertEquals(0, process.exitCode(), process.output());
      assertTrue(
          process.out().contains("SIG" + signal + ": stopping; the server had not started yet"),
          process.out());
    }
  }

  /** A service that ServiceLoader cannot create is reported in one line, too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no.such.Service",
        "dev.oneport.cli.StaysUpTest",
        "dev.oneport.cli.StaysUpTest$Broken"
      })
  void aServiceThatCannotBeCreatedIsReportedInOneLine(String name) throws Exception {
    Files.writeString(
        folder.resolve("jar/META-INF/services/dev.oneport.api.Service"),
        HarmfulService.class.getName() + "\n" + name + "\n");
    try (var process = start("exec", Map.of())) {
      assertEquals(2, process.exitCode(), process.output());
      assertTrue(process.err().contains(name), process.err());
      assertEquals(2, process.err().lines().count(), process.err());
    }
  }

  /** Its constructor throws. */
  public static final class Broken implements Service {
    public Broken() {
      throw new IllegalStateException("no database");
    }

    @Override
    public void mount(Mount port) {}
  }

  private static CompletableFuture<HttpResponse<String>> get(
      HttpClient client, int port, String path) {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    var request = HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }
}
