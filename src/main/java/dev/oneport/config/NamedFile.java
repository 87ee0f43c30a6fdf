package dev.oneport.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that a key names, and that is read when it is needed, because its content may change. */
public final class NamedFile {
  private NamedFile() {}

  /** Reads a key, and reports a file that cannot be read. */
  public static Optional<Path> read(Section section, String key) {
    return read(section, key, "", key);
  }

  /**
   * The same with a default.
   *
   * @param preset the file's name if the key is not set; empty for none
   * @param blamed the key in the message if the preset file cannot be read
   */
  public static Optional<Path> read(Section section, String key, String preset, String blamed) {
    var name = section.text(key, preset);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      var file = Path.of(name);
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        section.problem(
            section.has(key) ? key : blamed, "there is no file " + name + " that can be read");
      }
      return Optional.of(file);
    } catch (InvalidPathException e) {
      section.problem(key, "must be the name of a file");
      return Optional.empty();
    }
  }
}
