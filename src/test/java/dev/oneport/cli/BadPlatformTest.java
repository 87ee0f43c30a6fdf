package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process serves although its environment fails. */
final class BadPlatformTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CALLS = 100;

  @TempDir Path folder;

  @BeforeEach
  void configure() throws IOException {
    Files.writeString(
        folder.resolve("application.yaml"),
        """
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ] }
        policy:
          rules:
            - { allow: [ anyone ], route: HTTP GET /ping }
            - { allow: [ authenticated ], route: [ GRPC Echo/*, WS /ws ] }
        """
            .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"standard output is closed, >&-", "the disk is full, > /dev/full"})
  void aLogThatCannotBeWrittenLosesOnlyTheLog(String name, String redirection) throws Exception {
    var port = freePort();
    var environment = Map.of("PORT", String.valueOf(port));
    try (var process = ServerProcess.startRedirected(redirection, environment, folder, "serve")) {
      awaitAnswer(port);
      for (int call = 0; call < CALLS; call++) {
        assertEquals(200, ping(port), name);
      }
      assertEquals(0, process.terminate().exitCode(), process.err());
    }
  }

  @Test
  void aMetadataServerThatHangsSlowsNeitherTheStartNorTheEnd() throws Exception {
    try (var metadata = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      metadata.setSoTimeout((int) PATIENCE.toMillis());
      var environment =
          Map.of(
              "PORT", "0",
              "K_SERVICE", "echo",
              "GCE_METADATA_HOST", "127.0.0.1:" + metadata.getLocalPort());
      try (var process = ServerProcess.start(environment, folder, "serve")) {
        try (var asked = metadata.accept()) {
          assertTrue(asked.getInputStream().read() > 0);
          assertEquals(200, ping(process.port()));
          assertEquals(0, process.terminate().exitCode(), process.err());
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitAnswer(int port) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        assertEquals(200, ping(port));
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(Duration.ofMillis(20));
      }
    }
  }

  private static int ping(int port) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + port + "/ping");
      var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }
}
