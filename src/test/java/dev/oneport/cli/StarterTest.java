package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Service;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project in {@code docs/starter} matches this version; {@code .ci/run} builds and tests it
 * against the installed jar.
 */
final class StarterTest {
  private static final Path STARTER = Path.of("docs", "starter");
  private static final Pattern VERSION = Pattern.compile("<version>(.+)</version>");
  private static final Pattern USED = Pattern.compile("<oneport.version>(.+)</oneport.version>");

  @TempDir Path classes;

  @Test
  void itCompiles() throws Exception {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    try (var manager = compiler.getStandardFileManager(null, null, null);
        var files = Files.walk(STARTER.resolve("src"))) {
      var sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(sources.size() > 1, sources.toString());
      var options =
          List.of(
              "-d",
              classes.toString(),
              "-proc:none",
              "-classpath",
              System.getProperty("java.class.path"));
      var task =
          compiler.getTask(
              said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources));
      assertTrue(task.call(), said.toString());
    }
  }

  @Test
  void itsServiceIsFound() throws Exception {
    var named = STARTER.resolve("src/main/resources/META-INF/services/" + Service.class.getName());
    assertEquals("com.example.greeter.GreeterService", Files.readString(named).strip());
  }

  @Test
  void itUsesThisVersion() throws Exception {
    assertEquals(first(VERSION, Path.of("pom.xml")), first(USED, STARTER.resolve("pom.xml")));
  }

  private static String first(Pattern pattern, Path file) throws Exception {
    var matcher = pattern.matcher(Files.readString(file));
    assertTrue(matcher.find(), file.toString());
    return matcher.group(1);
  }
}
