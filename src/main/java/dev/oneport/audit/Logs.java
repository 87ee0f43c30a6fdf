package dev.oneport.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Where log records go: standard output, as JSON, or as text where a person reads it. The
 * environment sets {@code LOG_LEVEL} ({@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN},
 * {@code ERROR}) and {@code LOG_FORMAT} ({@code json}, {@code text}).
 */
public final class Logs {
  private static final Map<String, Level> LEVELS =
      Map.of(
          "TRACE", Level.FINEST,
          "DEBUG", Level.FINE,
          "INFO", Level.INFO,
          "WARN", Level.WARNING,
          "WARNING", Level.WARNING,
          "ERROR", Level.SEVERE);

  /**
   * What Helidon says of itself at INFO is noise to an operator. Held here, or a collection would
   * reset its level.
   */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private Logs() {}

  /**
   * Replaces whatever logging was set up before.
   *
   * @param terminal whether a person reads standard output
   */
  public static LogOutput configure(Map<String, String> environment, boolean terminal) {
    var format = environment.getOrDefault("LOG_FORMAT", terminal ? "text" : "json");
    var output = new LogOutput(new FileOutputStream(FileDescriptor.out), !format.equals("text"));
    LogManager.getLogManager().reset();
    var root = Logger.getLogger("");
    var level = level(environment);
    root.addHandler(new Lines(output));
    root.setLevel(level.orElse(Level.INFO));
    HELIDON.setLevel(
        level.filter(it -> it.intValue() < Level.INFO.intValue()).orElse(Level.WARNING));
    if (level.isEmpty()) {
      root.warning(
          "LOG_LEVEL is not one of "
              + LEVELS.keySet().stream().sorted().toList()
              + "; INFO is used");
    }
    return output;
  }

  private static Optional<Level> level(Map<String, String> environment) {
    return Optional.ofNullable(
        LEVELS.get(environment.getOrDefault("LOG_LEVEL", "INFO").toUpperCase(Locale.ROOT)));
  }

  /** A line is there when it was written, not when a buffer is full. */
  private static final class Lines extends Handler {
    private final LogOutput output;

    Lines(LogOutput output) {
      this.output = output;
      setFormatter(output.json() ? new LogLine() : new TextLine());
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord record) {
      if (!isLoggable(record)) {
        return;
      }
      try {
        output.write(getFormatter().format(record));
      } catch (IOException e) {
        // The output is full or nobody reads it; what could be done is not to fail as well.
        reportError(null, e, ErrorManager.WRITE_FAILURE);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
