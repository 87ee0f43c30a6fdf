package dev.oneport.config;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The configuration as read from one YAML text and the environment, with everything that was found
 * wrong with it so far. Features read their own {@link Section}; {@link #check()} ends the reading.
 */
public final class Configuration {
  private static final int MAX_CHARS = 4 << 20;

  private final Problems problems = new Problems();
  private final Environment environment;
  private final boolean lenient;
  private final Lines lines;
  private final Section root;

  private Configuration(String file, String text, Map<String, String> variables, boolean lenient) {
    this.environment = new Environment(variables);
    this.lenient = lenient;
    this.lines = Lines.read(file, text, problems);
    this.root = new Section(this, problems.isEmpty() ? parse(file, text) : Config.empty(), "");
  }

  /**
   * Reads a file.
   *
   * @throws InvalidConfiguration if it cannot be read at all
   */
  public static Configuration read(Path file, Map<String, String> variables, boolean lenient) {
    var problems = new Problems();
    var text = "";
    try {
      text = Files.size(file) > MAX_CHARS ? tooLarge(file, problems) : Files.readString(file);
    } catch (CharacterCodingException e) {
      problems.add(new Problem("", file.toString(), "is not UTF-8"));
    } catch (IOException e) {
      problems.add(new Problem("", file.toString(), "cannot be read: " + e.getMessage()));
    }
    problems.throwIfAny();
    return parse(file.toString(), text, variables, lenient);
  }

  /**
   * Parses a text.
   *
   * @param file what to call it in messages
   * @param variables the environment
   * @param lenient whether a variable that a value refers to may be unset, and then counts as empty
   */
  public static Configuration parse(
      String file, String text, Map<String, String> variables, boolean lenient) {
    return new Configuration(file, text, variables, lenient);
  }

  /** The file's outermost object. */
  public Section root() {
    return root;
  }

  /**
   * Ends the reading: what nobody asked for is a mistake too.
   *
   * @throws InvalidConfiguration with everything found, if anything was
   */
  public void check() {
    root.close();
    if (!lenient) {
      for (var name : environment.unused()) {
        problems.add(new Problem("", "environment", name + " names no setting"));
      }
    }
    problems.throwIfAny();
  }

  /** Notes a mistake at a key path. */
  public void problem(String key, String message) {
    problems.add(new Problem(key, lines.place(key), message));
  }

  /** The file and line of a key. */
  public String place(String key) {
    return lines.place(key);
  }

  boolean lenient() {
    return lenient;
  }

  boolean hasProblem(String key) {
    return problems.has(key);
  }

  int count() {
    return problems.count();
  }

  Environment environment() {
    return environment;
  }

  Lines lines() {
    return lines;
  }

  void missing(String key, String variable) {
    if (!lenient) {
      problem(key, "the environment variable " + variable + " is not set");
    }
  }

  private Config parse(String file, String text) {
    try {
      return Config.builder()
          .sources(ConfigSources.create(text, MediaTypes.APPLICATION_YAML))
          .disableEnvironmentVariablesSource()
          .disableSystemPropertiesSource()
          .disableKeyResolving()
          .disableValueResolving()
          .build();
    } catch (ConfigException e) {
      problems.add(new Problem("", file, "not a configuration: " + e.getMessage()));
      return Config.empty();
    }
  }

  private static String tooLarge(Path file, Problems problems) {
    problems.add(new Problem("", file.toString(), "is larger than " + MAX_CHARS + " bytes"));
    return "";
  }
}
