package dev.oneport.cli;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.server.PortUnavailable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Finds and reads the configuration file. */
final class ConfigurationFile {
  private static final Path DEFAULT = Path.of("application.yaml");

  private ConfigurationFile() {}

  /**
   * Returns the file to read: the given one, or application.yaml in the working directory; null for
   * the one in the jar. A server calls this once: if the file is gone later, that is a mistake, and
   * the server must not switch to another policy.
   */
  static @Nullable Path find(@Nullable Path named) {
    return named == null && Files.exists(DEFAULT) ? DEFAULT : named;
  }

  static Configuration read(@Nullable Path file, Map<String, String> variables, boolean lenient) {
    if (file != null) {
      return Configuration.read(file, variables, lenient);
    }
    try (var packaged = ConfigurationFile.class.getResourceAsStream("/application.yaml")) {
      var text =
          packaged == null ? "" : new String(packaged.readAllBytes(), StandardCharsets.UTF_8);
      return Configuration.parse("oneport.jar/application.yaml", text, variables, lenient);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs an action that needs a valid configuration; prints all problems if it is invalid. */
  static int withValid(PrintWriter err, Callable<Integer> action) throws Exception {
    try {
      return action.call();
    } catch (InvalidConfiguration e) {
      e.problems().forEach(err::println);
      err.println(e.problems().size() + (e.problems().size() == 1 ? " problem" : " problems"));
      err.flush();
      return ExitCode.CONFIGURATION;
    } catch (PortUnavailable e) {
      err.println(e.getMessage());
      err.flush();
      return ExitCode.FAILED;
    }
  }
}
