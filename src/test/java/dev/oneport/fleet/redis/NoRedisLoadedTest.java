package dev.oneport.fleet.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RedisServer;
import dev.oneport.testing.ServerProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis costs nothing where none is configured, and its libraries need not be there. */
@Timeout(120)
final class NoRedisLoadedTest {
  private static final String RULES =
      """
      server: { port: 0, host: 127.0.0.1 }
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }
      """;

  private static final List<String> LIBRARIES =
      List.of("io.lettuce.", "io.netty.", "reactor.", "io.github.bucket4j.redis.");

  @TempDir Path folder;

  @Test
  void withoutOneNoClassOfItIsLoaded() throws Exception {
    var loaded = serve(RULES, true);
    assertEquals(List.of(), loaded.stream().filter(NoRedisLoadedTest::isOfIt).toList());
    // The list is one of classes.
    assertTrue(loaded.contains("dev.oneport.server.Server"));
  }

  @Test
  void withoutOneTheLibrariesNeedNotBeThere() throws Exception {
    var loaded = serve(RULES, false);
    assertEquals(List.of(), loaded.stream().filter(NoRedisLoadedTest::isOfIt).toList());
  }

  @Test
  void withOneTheyAreLoaded() throws Exception {
    try (var redis = RedisServer.start(folder)) {
      var loaded = serve(RULES + "shared: { redis: \"" + redis.url() + "\" }\n", true);
      assertTrue(loaded.contains("io.lettuce.core.RedisClient"));
    }
  }

  @Test
  void withOneAndWithoutTheLibrariesItDoesNotStart() throws Exception {
    try (var process = start(RULES + "shared: { redis: \"redis://127.0.0.1:1\" }\n", false)) {
      assertEquals(2, process.exitCode());
      assertTrue(
          process.output().contains("application.yaml:3: shared.redis: needs the libraries"),
          process::output);
    }
  }

  private static boolean isOfIt(String name) {
    return LIBRARIES.stream().anyMatch(name::startsWith)
        || name.startsWith("dev.oneport.fleet.redis");
  }

  /** Serves one call, and returns the classes that were loaded. */
  private List<String> serve(String yaml, boolean libraries) throws Exception {
    try (var process = start(yaml, libraries)) {
      assertEquals(200, RawHttp.get(process.port(), "/ping").status());
      assertEquals(0, process.terminate().exitCode(), process::output);
    }
    try (var lines = Files.lines(folder.resolve("classes"))) {
      return lines.map(line -> line.replaceFirst("^\\[.*\\] ", "").split(" ", 2)[0]).toList();
    }
  }

  private ServerProcess start(String yaml, boolean libraries) throws Exception {
    var file = Files.writeString(folder.resolve("application.yaml"), yaml);
    var path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                entry ->
                    libraries
                        || !Path.of(entry)
                            .getFileName()
                            .toString()
                            .matches("(lettuce|netty|reactor|bucket4j.*(lettuce|redis)).*"))
            .collect(Collectors.joining(File.pathSeparator));
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    return ServerProcess.startScript(
        Map.of("CLASSPATH", path),
        folder,
        "exec "
            + java
            + " -XX:TieredStopAtLevel=1 -Xlog:class+load=info:file=classes::filecount=0"
            + " dev.oneport.Main serve --config "
            + file);
  }
}
