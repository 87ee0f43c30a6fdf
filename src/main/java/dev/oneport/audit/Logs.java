package dev.oneport.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sends log records to standard output, as JSON, or as text on a terminal. The environment sets
 * {@code LOG_LEVEL} ({@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code ERROR}) and
 * {@code LOG_FORMAT} ({@code json}, {@code text}).
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

  private static final String LEVEL = "LOG_LEVEL";
  private static final String FORMAT = "LOG_FORMAT";

  /**
   * Helidon's own INFO lines are noise to an operator. Held in a field, because garbage collection
   * of the logger would reset its level.
   */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private Logs() {}

  /** What is wrong with the environment's settings, one line each. */
  public static List<String> problems(Map<String, String> environment) {
    var problems = new ArrayList<String>();
    var level = value(environment, LEVEL);
    if (!level.isEmpty() && !LEVELS.containsKey(level)) {
      problems.add(
          LEVEL
              + ": must be TRACE, DEBUG, INFO, WARN or ERROR, not '"
              + environment.get(LEVEL)
              + "'");
    }
    var format = value(environment, FORMAT);
    if (!format.isEmpty() && !format.equals("JSON") && !format.equals("TEXT")) {
      problems.add(FORMAT + ": must be json or text, not '" + environment.get(FORMAT) + "'");
    }
    return problems;
  }

  /**
   * Replaces any logging set up before.
   *
   * @param terminal whether a person reads standard output
   */
  public static LogOutput configure(Map<String, String> environment, boolean terminal) {
    var format = value(environment, FORMAT);
    var json = format.isEmpty() ? !terminal : format.equals("JSON");
    var output = new LogOutput(new FileOutputStream(FileDescriptor.out), json);
    LogManager.getLogManager().reset();
    var root = Logger.getLogger("");
    var level = LEVELS.getOrDefault(value(environment, LEVEL), Level.INFO);
    root.addHandler(new Lines(output));
    root.setLevel(level);
    HELIDON.setLevel(level.intValue() < Level.INFO.intValue() ? level : Level.WARNING);
    return output;
  }

  /** The value in capitals; empty if it is not set. */
  private static String value(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip().toUpperCase(Locale.ROOT);
  }

  /**
   * Whether Helidon reports a connection that it had accepted just before its listener closed
   * (4.5.0: an error with a stack trace). The client sees the same as a moment later, and a
   * listener that closed for any other reason than a stop ends the process with a separate line.
   */
  static boolean isStopRace(LogRecord record) {
    return "io.helidon.webserver.ServerListener".equals(record.getLoggerName())
        && "Executor rejected handler for new connection".equals(record.getMessage());
  }

  /** Lines are written at once, not when a buffer is full. */
  private static final class Lines extends Handler {
    private final LogOutput output;

    Lines(LogOutput output) {
      this.output = output;
      setFormatter(output.json() ? new LogLine(output::project) : new TextLine());
      setLevel(Level.ALL);
      setFilter(record -> !isStopRace(record));
    }

    @Override
    public void publish(LogRecord record) {
      if (!isLoggable(record)) {
        return;
      }
      try {
        output.writeEntry(getFormatter().format(record));
      } catch (IOException e) {
        // The output is full or its reader stopped; logging must not fail for that.
        reportError(null, e, ErrorManager.WRITE_FAILURE);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
