package dev.oneport.testing;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the programs in {@code src/test/web}, with their npm packages, which are installed under
 * {@code target}.
 */
public final class Npm {
  public static final Path FOLDER = Path.of("target", "web-clients");

  private static final Path SOURCES = Path.of("src", "test", "web");
  private static final int SECONDS = 150;

  private Npm() {}

  /** Installs the packages; skips the test if npm is not installed. */
  public static void prepare(String program) throws IOException, InterruptedException {
    assumeTrue(installed("node") && installed("npm"), "node and npm are not installed");
    Files.createDirectories(FOLDER);
    // Another process may run tests at the same time.
    try (var lock = FileChannel.open(FOLDER.resolve(".lock"), CREATE, WRITE);
        var _ = lock.lock()) {
      install(program);
    }
  }

  private static void install(String program) throws IOException, InterruptedException {
    var changed = false;
    for (var name : List.of("package.json", "package-lock.json", program)) {
      var source = Files.readAllBytes(SOURCES.resolve(name));
      var target = FOLDER.resolve(name);
      if (!Files.exists(target) || !Arrays.equals(source, Files.readAllBytes(target))) {
        changed |= name.startsWith("package");
        Files.write(target, source);
      }
    }
    if (changed || !Files.exists(FOLDER.resolve("node_modules"))) {
      run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }
  }

  /** Runs a command that must succeed, and returns its lines. */
  public static List<String> run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var output = Files.createTempFile(FOLDER, command[0], ".log");
    var builder =
        new ProcessBuilder(command)
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      var ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      var lines = new ArrayList<>(Files.readAllLines(output));
      assertTrue(ended && process.exitValue() == 0, () -> String.join("\n", lines));
      return lines;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  private static boolean installed(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
