package dev.oneport.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TextSocket;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README says is what happens. */
final class ReadmeTest {
  private static final String CLASSES = classes();
  private static final Pattern COMMAND = Pattern.compile("\\./oneport (?!java-home)([^\n)`|]+)");
  private static final Pattern BLOCK = Pattern.compile("(?s)\n```(\\w+)\n(.*?)\n```\n");

  private static final Map<String, String> ENVIRONMENT =
      Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", "/usr/local/bin:/usr/bin:/bin");

  @TempDir private Path folder;

  @Test
  void aServiceOfOnesOwnIsPutOnThePortAsReadmeSays() throws Exception {
    var section = section("## Put your own service on the port");
    Files.writeString(folder.resolve("GreeterService.java"), block(section, "java"));
    Files.writeString(folder.resolve("greeter.yaml"), block(section, "yaml"));
    build();
    var environment = new HashMap<>(ENVIRONMENT);
    environment.put("PORT", "0");
    var script = block(section, "sh").replace("\nCLASSPATH=", "\nexec env CLASSPATH=");
    try (var server = ServerProcess.startScript(environment, folder, script)) {
      int port = server.port();
      var token = server.awaitError("export ALLOWED=(\\S+)");
      assertEquals("Hello, world", RawHttp.get(port, "/greet/world").body());
      try (var socket = TextSocket.open(port, "/greet", token)) {
        assertEquals("Hello, you, from alice@example.com", socket.ask("you"));
      }
    }
  }

  @Test
  void everyBlockOfCommandsIsRunHereOrSaysWhyNot() throws IOException {
    var begins =
        BLOCK
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .filter(it -> it.group(1).equals("sh"))
            .map(it -> it.group(2).lines().findFirst().orElseThrow())
            .toList();
    assertEquals(
        List.of(
            // Runs until it is stopped; the two blocks of calls need such a server.
            "./oneport serve --dev",
            // Runs this test.
            "mvn verify",
            "TOKEN=$(./oneport token --as alice@example.com --roles caller)",
            "curl -s http://localhost:8080/Echo/Ping -H \"authorization: Bearer $TOKEN\" -H"
                + " 'content-type: application/json' -d '{\"message\":\"hi\"}'",
            // Call a deployed service; that the commands are good is checked below.
            "./oneport call http /ping --server https://service.example                        # -X, -H,"
                + " -d DATA or @FILE, -o FILE",
            "export AUTH_AUDIENCE=https://my-service.example"
                + " AUTH_SERVICE_ACCOUNTS=alice@example.com      # as the server will have them",
            "\"$(./oneport java-home)/bin/javac\" -cp 'target/oneport.jar:target/libs/*' -d greeter"
                + " GreeterService.java"),
        begins);
  }

  @Test
  void thePolicyIsAskedAsReadmeSays() throws Exception {
    // Before the jar, which would be built again if it were older.
    Files.copy(Path.of("application.yaml"), folder.resolve("application.yaml"));
    build();
    var script = block(section("## The policy file"), "sh");
    try (var run = ServerProcess.startScript(ENVIRONMENT, folder, script)) {
      assertEquals(0, run.exitCode(), run.output());
      assertTrue(run.err().contains("4 decisions are as expected"), run.output());
      assertTrue(run.out().matches("(?s).*WS /ws +gains +authenticated.*"), run.output());
    }
  }

  @Test
  void eachProtocolIsCalledAsReadmeSays() throws Exception {
    build();
    var calls =
        block(section("## One call per protocol"), "sh")
            + "\n"
            + block(section("## From browsers and curl"), "sh");
    try (var server = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0")) {
      var address = "localhost:" + server.port();
      // grpcurl is not everywhere; what it calls, our own client does.
      var script =
          "set -u; command -v grpcurl > grpcurl-is || grpcurl() { :; }\n"
              + calls
                  .replace(
                      "proto/echo.proto", Path.of("proto/echo.proto").toAbsolutePath().toString())
                  .replaceAll(
                      "(\\./oneport (?:token|call)[^)#\n]*)", "$1 --server http://" + address + " ")
                  .replace("localhost:8080", address);
      try (var run = ServerProcess.startScript(ENVIRONMENT, folder, script)) {
        assertEquals(0, run.exitCode(), run.output());
        for (var expected :
            List.of("200 OK", "426 Upgrade Required", "pong\n1 pong\n", "{\"message\":\"pong\"}")) {
          assertTrue(run.out().contains(expected), expected + " in " + run.output());
        }
      }
    }
  }

  @Test
  void theClientIsUsedAsReadmeSays() throws Exception {
    var source = block(section("## The client"), "java");
    try (var server = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0")) {
      Files.writeString(folder.resolve("token.jwt"), server.awaitError("export ALLOWED=(\\S+)"));
      Files.writeString(
          folder.resolve("Calls.java"),
          source.replace("localhost:8080", "localhost:" + server.port()));
      var java = Path.of(System.getProperty("java.home"), "bin", "java");
      var script =
          "exec '%s' -cp '%s' Calls.java".formatted(java, System.getProperty("java.class.path"));
      try (var run = ServerProcess.startScript(ENVIRONMENT, folder, script)) {
        assertEquals(0, run.exitCode(), run.output());
        assertEquals("pong\ntick 0\ntick 1\ntick 2\n{\"message\":\"pong\"}\n", run.out());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "load/README.md", "docs/clients.md"})
  void everyCommandOfOursIsOne(String document) throws IOException {
    var found = COMMAND.matcher(Files.readString(Path.of(document))).results().toList();
    assertFalse(found.isEmpty());
    for (var each : found) {
      var words = each.group(1).replaceAll("\\s+#.*|[\"']", "").strip().split("\\s+", -1);
      // A route has a space in it.
      var typed = String.join(" ", words).replaceAll("(GRPC|WS) ([^ ]+)", "$1:$2").split(" ", -1);
      OnePortCommand.commandLine(Map.of(), typed).parseArgs(typed);
    }
  }

  /** What a build leaves in {@code target}, as far as the walk-through needs it. */
  private void build() throws IOException {
    Files.copy(Path.of("oneport"), folder.resolve("oneport"), COPY_ATTRIBUTES);
    var libs = Files.createDirectories(folder.resolve("target/libs"));
    var path = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    jar(
        libs.resolve("all.jar"),
        Arrays.stream(path)
            .filter(entry -> entry.endsWith(".jar"))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    var jar = folder.resolve("target/oneport.jar");
    jar(jar, "libs/all.jar");
    var tool = ToolProvider.findFirst("jar").orElseThrow();
    assertEquals(
        0, tool.run(System.out, System.err, "-u", "-f", jar.toString(), "-C", CLASSES, "."));
  }

  private static String classes() {
    try {
      var place = OnePortCommand.class.getProtectionDomain().getCodeSource().getLocation();
      return Path.of(place.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A jar with nothing in it but where to look further. */
  private static void jar(Path file, String classPath) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Name.CLASS_PATH, classPath);
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
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
