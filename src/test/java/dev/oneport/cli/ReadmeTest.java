package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TextSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README says is what happens. */
final class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)\n```(\\w+)\n(.*?)\n```\n");

  @TempDir private Path folder;

  @Test
  void aServiceOfOnesOwnIsPutOnThePortAsReadmeSays() throws Exception {
    var section = section("## Put your own service on the port");
    var source = Files.writeString(folder.resolve("GreeterService.java"), block(section, "java"));
    var config = Files.writeString(folder.resolve("greeter.yaml"), block(section, "yaml"));
    var classes = folder.resolve("greeter");
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString()));
    var services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve("dev.oneport.server.Service"), "GreeterService\n");
    var arguments = List.of("serve", "--dev", "--config", config.toString());
    assertTrue(
        block(section, "sh").contains(String.join(" ", arguments.subList(0, 3)) + " greeter.yaml"));
    try (var server =
        ServerProcess.start(
            Map.of("PORT", "0"), folder, List.of(classes), arguments.toArray(String[]::new))) {
      int port = server.port();
      var token = server.awaitError("export ALLOWED=(\\S+)");
      assertEquals("Hello, world", RawHttp.get(port, "/greet/world").body());
      try (var socket = TextSocket.open(port, "/greet", token)) {
        assertEquals("Hello, you, from alice@example.com", socket.ask("you"));
      }
    }
  }

  private static String section(String title) throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    var from = readme.indexOf(title);
    assertTrue(from >= 0, title);
    return readme.substring(from, readme.indexOf("\n## ", from + 1));
  }

  private static String block(String section, String language) {
    return BLOCK
        .matcher(section)
        .results()
        .filter(it -> it.group(1).equals(language))
        .findFirst()
        .orElseThrow()
        .group(2);
  }
}
