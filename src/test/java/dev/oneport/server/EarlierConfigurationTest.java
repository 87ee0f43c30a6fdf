package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file that version 0.1 was delivered with. */
final class EarlierConfigurationTest {
  private static final Map<String, String> RENAMED = renamed();

  private String file = "";

  /** As the changelog has them. */
  private static Map<String, String> renamed() {
    var renamed = new LinkedHashMap<String, String>();
    renamed.put("max-grpc-message-size", "grpc.max-message-size");
    renamed.put("max-websocket-frame-size", "websocket.max-frame-size");
    renamed.put("max-concurrent-streams", "http2.max-concurrent-streams");
    return renamed;
  }

  @BeforeEach
  void read() throws Exception {
    file =
        Files.readString(Path.of("src/test/resources/application-0.1.yaml"))
            .replace("${AUTH_AUDIENCE}", "https://service.example")
            .replace("${AUTH_SERVICE_ACCOUNTS}", "alice@example.com");
  }

  @Test
  void eachKeyThatHasAnotherNameIsToldWithTheNewOne() {
    var error = assertThrows(InvalidConfiguration.class, () -> start(file));
    assertEquals(
        RENAMED.entrySet().stream()
            .map(
                key ->
                    "server.%s: was renamed; set server.%s instead"
                        .formatted(key.getKey(), key.getValue()))
            .toList(),
        error.problems().stream()
            .map(problem -> problem.toString().replaceFirst("^test.yaml:\\d+: ", ""))
            .toList());
  }

  @Test
  void withTheNewNamesItIsServed() {
    var now = file;
    for (var key : RENAMED.entrySet()) {
      now =
          now.replace("  " + key.getKey() + ":", "  " + key.getValue().replace(".", ": { ") + ":");
    }
    now = now.replaceAll("(?m)(\\{ max-[a-z-]+: +\\w+)", "$1 }");
    start(now).close();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void theChangelogHasIt(String old, String now) throws Exception {
    var changelog = Files.readString(Path.of("CHANGELOG.md"));
    assertEquals(
        1, changelog.split("`server." + old + "` is `server." + now + "`", -1).length - 1, old);
  }

  static Iterable<Object[]> keys() {
    return RENAMED.entrySet().stream()
        .map(it -> new Object[] {it.getKey(), it.getValue()})
        .toList();
  }

  private static RunningServer start(String yaml) {
    return RunningServer.start(yaml, new EchoService());
  }
}
