package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose reader is gone, as before {@code | head}: they end quietly. */
final class ClosedReaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy routes",
        "policy routes --json",
        "policy who --route 'HTTP GET /ping'",
        "policy explain --caller alice@example.com --route 'HTTP GET /ping'",
        "--help"
      })
  void aCommandWithoutAServerEnds(String line) throws Exception {
    Files.writeString(
        folder.resolve("application.yaml"),
        """
        policy:
          rules:
            - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
        """);
    assertEnds(line);
  }

  @Test
  void aTokenThatNobodyReadsIsNotAnError() throws Exception {
    try (var server = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0")) {
      assertEnds("token --as alice@example.com --server http://localhost:" + server.port());
    }
  }

  private void assertEnds(String line) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var command =
        "%s -XX:TieredStopAtLevel=1 -cp '%s' dev.oneport.Main %s"
            .formatted(java, System.getProperty("java.class.path"), line);
    var script = "{ " + command + "; echo ended with $? >&2; } | :";
    try (var run = ServerProcess.startScript(Map.of("PATH", "/usr/bin:/bin"), folder, script)) {
      assertEquals(0, run.exitCode(), run.output());
      assertEquals("ended with 0\n", run.err());
    }
  }
}
