package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server without the libraries that the Dockerfile removes from the image. */
final class ServerAloneTest {
  private static final List<String> ENTRIES =
      List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));

  @TempDir Path folder;

  private static List<String> leftOut() throws IOException {
    var list =
        Pattern.compile("(?m)^client=\"(.*)\"")
            .matcher(Files.readString(Path.of("src/build/bundle.sh")));
    assertTrue(list.find());
    return Arrays.asList(list.group(1).split(" ", -1));
  }

  private static boolean is(String entry, String library) {
    return Path.of(entry).getFileName().toString().matches(Pattern.quote(library) + "-.*\\.jar");
  }

  private ServerProcess start(String line) throws IOException {
    var left = leftOut();
    var path =
        ENTRIES.stream()
            .filter(entry -> left.stream().noneMatch(library -> is(entry, library)))
            .collect(Collectors.joining(File.pathSeparator));
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    return ServerProcess.startScript(
        Map.of("PATH", "/usr/bin:/bin"),
        folder,
        "exec '%s' -cp '%s' dev.oneport.Main %s".formatted(java, path, line));
  }

  @Test
  void everyExcludedLibraryExists() throws IOException {
    for (var library : leftOut()) {
      assertTrue(ENTRIES.stream().anyMatch(entry -> is(entry, library)), library);
    }
  }

  @Test
  void theServerServesAllProtocols() throws Exception {
    try (var server = start("serve --dev --port 0")) {
      var options =
          " --dev-as alice@example.com --dev-roles caller --server localhost:" + server.port();
      for (var call : List.of("http /ping", "grpc", "grpc --chat", "ws")) {
        var run = CommandRun.ofLine("call " + call + options);
        assertEquals(0, run.code(), run.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "call http /ping",
        "call grpc",
        "call ws",
        "call doctor",
        "call grpc --adc --audience a"
      })
  void aCallSaysWhatIsMissing(String line) throws Exception {
    try (var run = start(line + " --server localhost:1")) {
      var code = run.exitCode();
      assertNotEquals(0, code, run.output());
      if (!line.contains("doctor")) {
        assertEquals(2, code, run.output());
        assertTrue(run.err().contains("the client's libraries are missing"), run.output());
        assertEquals(1, run.err().lines().count(), run.err());
      }
    }
  }
}
