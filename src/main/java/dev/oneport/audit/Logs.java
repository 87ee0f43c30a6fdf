package dev.oneport.audit;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

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

  /** Replaces whatever logging was set up before. */
  public static void configure(Map<String, String> environment, PrintStream out, boolean terminal) {
    LogManager.getLogManager().reset();
    var root = Logger.getLogger("");
    Arrays.stream(root.getHandlers()).forEach(root::removeHandler);
    var level = level(environment);
    var handler = new Flushing(out);
    handler.setFormatter(json(environment, terminal) ? new LogLine() : new TextLine());
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(level.orElse(Level.INFO));
    HELIDON.setLevel(
        level.filter(it -> it.intValue() < Level.INFO.intValue()).orElse(Level.WARNING));
    if (level.isEmpty() && environment.containsKey("LOG_LEVEL")) {
      root.warning(
          "LOG_LEVEL is not one of "
              + LEVELS.keySet().stream().sorted().toList()
              + "; INFO is used");
    }
  }

  private static Optional<Level> level(Map<String, String> environment) {
    return Optional.ofNullable(
        LEVELS.get(environment.getOrDefault("LOG_LEVEL", "INFO").toUpperCase(Locale.ROOT)));
  }

  private static boolean json(Map<String, String> environment, boolean terminal) {
    var format = environment.getOrDefault("LOG_FORMAT", terminal ? "text" : "json");
    return !format.equals("text");
  }

  /** A line is there when it was written, not when a buffer is full. */
  private static final class Flushing extends StreamHandler {
    Flushing(PrintStream out) {
      super(out, new LogLine());
    }

    @Override
    public synchronized void publish(LogRecord record) {
      super.publish(record);
      flush();
    }

    @Override
    public synchronized void close() {
      flush();
    }
  }
}
