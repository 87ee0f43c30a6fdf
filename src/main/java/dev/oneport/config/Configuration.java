package dev.oneport.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The configuration as read from YAML and the environment, and the mistakes found in it so far.
 * Features read their own {@link Section}; {@link #check()} ends the reading. A file may {@code
 * include} others; no two files may have the same top-level key.
 */
public final class Configuration {
  private static final int MAX_CHARS = 4 << 20;
  private static final String INCLUDE = "include";

  private final Problems problems = new Problems();
  private final Problems warnings = new Problems();
  private final Map<Path, String> files = new LinkedHashMap<>();
  private final Environment environment;
  private final boolean lenient;
  private final YamlTree tree;
  private final Section root;

  private Configuration(
      String file, String text, Path folder, Map<String, String> variables, boolean lenient) {
    this.environment = new Environment(variables);
    this.lenient = lenient;
    this.tree = new YamlTree(file);
    add(file, text);
    var included = tree.root().get(INCLUDE);
    var names = included.isText() ? Stream.of(included) : included.children().stream();
    names.toList().forEach(name -> include(folder, shownIn(file, name.text()), name.text()));
    this.root = new Section(this, tree.root(), "");
  }

  /**
   * Reads a file and the files that it includes.
   *
   * @throws InvalidConfiguration if it cannot be read at all
   */
  public static Configuration read(Path file, Map<String, String> variables, boolean lenient) {
    var problems = new Problems();
    var text = text(file, file.toString(), problems);
    problems.throwIfAny();
    var folder = file.toAbsolutePath().getParent();
    var configuration =
        new Configuration(
            file.toString(), text, folder == null ? file : folder, variables, lenient);
    configuration.files.put(file, text);
    return configuration;
  }

  /**
   * Parses a text.
   *
   * @param file the name of the text in messages
   * @param variables the environment
   * @param lenient whether values may refer to unset variables, which then count as empty
   */
  public static Configuration parse(
      String file, String text, Map<String, String> variables, boolean lenient) {
    return new Configuration(file, text, Path.of("").toAbsolutePath(), variables, lenient);
  }

  /** The files that were read, with their content. */
  public Map<Path, String> files() {
    return Map.copyOf(files);
  }

  /** The current content of the files; empty for a file that cannot be read. */
  public static Map<Path, String> texts(Set<Path> files) {
    var texts = new HashMap<Path, String>();
    files.forEach(file -> texts.put(file, content(file)));
    return texts;
  }

  private static String content(Path file) {
    try {
      return Files.size(file) <= MAX_CHARS ? content(Files.readAllBytes(file)) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** A text that differs whenever the bytes do, whether or not they are UTF-8. */
  private static String content(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** The root section. */
  public Section root() {
    return root;
  }

  /**
   * Ends the reading; keys that no feature has read are mistakes too.
   *
   * @throws InvalidConfiguration with all mistakes, if there are any
   */
  public void check() {
    root.texts(INCLUDE);
    root.close();
    if (!lenient) {
      for (var name : environment.unused()) {
        problems.add(new ConfigurationProblem("", name, "names no setting"));
      }
    }
    problems.throwIfAny();
  }

  /**
   * Ends the reading of some sections; what the others and the environment say does not count.
   *
   * @throws InvalidConfiguration with all mistakes in these sections, if there are any
   */
  public void checkRead() {
    problems.throwIfAny();
  }

  /** Reports a mistake at a key path, or at the variable or option that set it. */
  public void problem(String key, String message) {
    problems.add(new ConfigurationProblem(key, origin(key, message), message));
  }

  /** Reports a value that is accepted, but has no effect now. */
  void warn(String key, String message) {
    warnings.add(new ConfigurationProblem(key, origin(key, message), message));
  }

  /** The values that were accepted, but have no effect. */
  public List<ConfigurationProblem> warnings() {
    return warnings.all();
  }

  private String origin(String key, String message) {
    return environment
        .overriding(key)
        .or(
            () ->
                environment.referred(key, message).map(name -> name + " (" + tree.place(key) + ")"))
        .orElseGet(() -> tree.place(key));
  }

  void variableWarning(String name, String message) {
    warnings.add(new ConfigurationProblem("", name, message));
  }

  void variableProblem(String name, String message) {
    problems.add(new ConfigurationProblem("", name, message));
  }

  /** The file and line of a key. */
  public String place(String key) {
    return tree.place(key);
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

  /** Reads a file that a setting names, and counts it among those of the configuration. */
  Optional<String> file(String key, String name) {
    var found = new Problems();
    try {
      var file = Path.of(name);
      var text = text(file, name, found);
      files.put(file, text);
      found.messages().forEach(message -> problem(key, name + ": " + message));
      return found.isEmpty() ? Optional.of(text) : Optional.empty();
    } catch (InvalidPathException e) {
      problem(key, "'" + name + "' is not a file name");
      return Optional.empty();
    }
  }

  /** Likewise for a file that is not text. */
  Optional<byte[]> binary(String key, String name) {
    try {
      var file = Path.of(name);
      if (Files.size(file) > MAX_CHARS) {
        problem(key, name + ": is larger than " + MAX_CHARS + " bytes");
        return Optional.empty();
      }
      var bytes = Files.readAllBytes(file);
      files.put(file, content(bytes));
      return Optional.of(bytes);
    } catch (InvalidPathException e) {
      problem(key, "'" + name + "' is not a file name");
    } catch (NoSuchFileException e) {
      problem(key, name + ": there is no such file");
    } catch (IOException e) {
      problem(key, name + ": cannot be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  void missing(String key, String variable) {
    if (!lenient) {
      problem(key, "the environment variable " + variable + " is not set");
    }
  }

  /** An included file's path as it is from the folder of which the main file's is. */
  private static String shownIn(String main, String name) {
    int slash = main.lastIndexOf('/');
    return slash < 0 || name.startsWith("/") ? name : main.substring(0, slash + 1) + name;
  }

  private void include(Path folder, String shown, String name) {
    try {
      var file = folder.resolve(name);
      var text = text(file, shown, problems);
      files.put(file, text);
      add(shown, text);
    } catch (InvalidPathException e) {
      problem(INCLUDE, "'" + name + "' is not a file name");
    }
  }

  /** If one text is not YAML, problems in the others could be false. */
  private void add(String name, String text) {
    if (!tree.add(name, text, problems)) {
      problems.throwIfAny();
    }
  }

  private static String text(Path file, String name, Problems problems) {
    try {
      if (Files.size(file) <= MAX_CHARS) {
        return Files.readString(file);
      }
      problems.add(new ConfigurationProblem("", name, "is larger than " + MAX_CHARS + " bytes"));
    } catch (CharacterCodingException e) {
      problems.add(new ConfigurationProblem("", name, "is not UTF-8"));
    } catch (NoSuchFileException e) {
      problems.add(new ConfigurationProblem("", name, "there is no such file"));
    } catch (IOException e) {
      problems.add(new ConfigurationProblem("", name, "cannot be read: " + e.getMessage()));
    }
    return "";
  }
}
