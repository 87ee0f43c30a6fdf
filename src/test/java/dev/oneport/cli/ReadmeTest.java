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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's commands are run as written. */
final class ReadmeTest {
  private static final String CLASSES = classes();
  private static final Pattern COMMAND = Pattern.compile("\\./oneport (?!java-home)([^\n)`|]+)");
  private static final Pattern BLOCK = Pattern.compile("(?s)\n```(\\w+)\n(.*?)\n```\n");

  private static final Map<String, String> ENVIRONMENT =
      Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", "/usr/local/bin:/usr/bin:/bin");

  @TempDir private Path folder;

  @Test
  void theGreeterIsServedAsReadmeSays() throws Exception {
    var section = section("README.md", "## Put your own service on the port");
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
            // Runs until it is stopped; the block of calls uses such a server.
            "./oneport serve --dev",
            // Runs this test.
            "mvn verify",
            "TOKEN=$(./oneport token --as alice@example.com --roles caller)",
            "export AUTH_AUDIENCE=https://my-service.example"
                + " AUTH_SERVICE_ACCOUNTS=alice@example.com      # as the server will have them",
            "\"$(./oneport java-home)/bin/javac\" -cp 'target/oneport.jar:target/libs/*' -d greeter"
                + " GreeterService.java",
            // Call a deployed service; another test parses the commands.
            "./oneport call http /ping --server https://service.example                        # -X, -H,"
                + " -d DATA or @FILE, -o FILE"),
        begins);
  }

  @Test
  void thePolicyIsAskedAsReadmeSays() throws Exception {
    // Copied before the jar is built, because a jar older than this file would be rebuilt.
    Files.copy(Path.of("application.yaml"), folder.resolve("application.yaml"));
    build();
    var script = block(section("README.md", "## A first policy"), "sh");
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
        block(section("README.md", "## One call per protocol"), "sh")
            + "\n"
            + block(section("docs/browsers.md", "## gRPC from a browser or curl"), "sh");
    try (var server = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0")) {
      var address = "localhost:" + server.port();
      // If grpcurl is missing, the call with oneport's client covers the method.
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
    var source = block(section("README.md", "## The client"), "java");
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
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          0, --caller alice --roles engineers,  GRPC Echo/Ping, allowed
          0, --caller alice --roles sales,      GRPC Echo/Ping, denied
          1, --caller google:alice@example.com, WS /ws,         allowed
          1, --caller partner:00u1abcd,         GRPC Echo/Ping, allowed
          1, --caller partner:00u1abcd,         WS /ws,         denied
          1, --caller partner:other,            GRPC Echo/Ping, denied
          2, --caller mallory@example.com,      GRPC Echo/Ping, allowed
          """)
  void aRecipeDecidesAsReadmeSays(int recipe, String caller, String route, String expected)
      throws Exception {
    var recipes =
        BLOCK.matcher(section("README.md", "## Three recipes")).results().map(it -> it.group(2));
    var yaml = recipes.skip(recipe).findFirst().orElseThrow();
    var file = Files.writeString(folder.resolve("recipe.yaml"), yaml).toString();
    var out = new StringWriter();
    var line = OnePortCommand.commandLine(Map.of()).setOut(new PrintWriter(out));
    assertEquals(0, line.execute("policy", "check", file));
    var asked = new ArrayList<>(List.of("policy", "explain", "--config", file));
    asked.addAll(List.of(caller.split(" ", -1)));
    asked.addAll(List.of("--route", route));
    line.execute(asked.toArray(String[]::new));
    assertTrue(out.toString().contains(" " + expected + " "), out.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "docs/configuration.md", "docs/clients.md", "load/README.md"})
  void everyCommandCanBeParsed(String document) throws IOException {
    var found = COMMAND.matcher(Files.readString(Path.of(document))).results().toList();
    assertFalse(found.isEmpty());
    for (var each : found) {
      var words = each.group(1).replaceAll("\\s+[#>].*|[\"']", "").strip().split("\\s+", -1);
      if (words[0].equals("package")) {
        continue; // The launcher's own.
      }
      // A route has a space in it.
      var typed = String.join(" ", words).replaceAll("(GRPC|WS) ([^ ]+)", "$1:$2").split(" ", -1);
      OnePortCommand.commandLine(Map.of(), typed).parseArgs(typed);
    }
  }

  /** The files in {@code target} that README's commands use. */
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

  /** A jar that contains only a class path. */
  private static void jar(Path file, String classPath) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Name.CLASS_PATH, classPath);
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
  }

  private static String section(String document, String title) throws IOException {
    var text = Files.readString(Path.of(document));
    var from = text.indexOf(title);
    assertTrue(from >= 0, title);
    return text.substring(from, text.indexOf("\n## ", from + 1));
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
