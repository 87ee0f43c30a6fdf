package dev.oneport.audit;

import dev.oneport.trace.CurrentTrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Supplier;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/**
 * A log record as one JSON object on one line, in Cloud Logging's format: {@code severity}, {@code
 * message}, {@code time}, and the trace of the call that the line belongs to. Everything that looks
 * like a token is removed, from texts of libraries too.
 */
final class LogLine extends Formatter {
  /**
   * A token in three parts, or the rest of a truncated one that begins as most tokens do, or an API
   * key, which is told from the name of a metric by its capitals. The pattern repeats no group:
   * matching one takes a stack frame per repetition.
   */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{16,}+\\.[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]{20,}+[A-Za-z0-9_=.-]*+"
              + "|eyJ[A-Za-z0-9_=.-]+|(?:eyAi|ewog|ewki|ew0K)[A-Za-z0-9_=.-]{16,}+"
              + "|oneport_(?=[a-z0-9_]*[A-Z-])[A-Za-z0-9_-]{8,}+");

  /** The shortest text that can be a token in three parts, and the shortest of its parts. */
  private static final int SHORTEST = 46;

  private static final int SHORTEST_HEADER = 16;
  private static final int SHORTEST_CLAIMS = 8;

  private final Supplier<String> project;

  /**
   * Formats lines.
   *
   * @param project the Google Cloud project that traces are named after; empty if it is not known
   */
  LogLine(Supplier<String> project) {
    this.project = project;
  }

  @Override
  public String format(LogRecord record) {
    var line =
        new JsonWriter()
            .begin()
            .add("severity", severity(record.getLevel()))
            .add("time", record.getInstant().toString())
            .add("message", text(this, record))
            .add("logger", String.valueOf(record.getLoggerName()));
    CurrentTrace.get().ifPresent(trace -> AuditLine.trace(line, trace, project.get()));
    return line.end().line().toString();
  }

  /**
   * The message and, below it, the stack trace if there is one: Error Reporting looks for it there.
   */
  static String text(Formatter formatter, LogRecord record) {
    var message = formatter.formatMessage(record);
    if (record.getThrown() != null) {
      var trace = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(trace));
      message = message + "\n" + trace;
    }
    return withoutTokens(message);
  }

  static String withoutTokens(String text) {
    return mayHaveToken(text) ? TOKEN.matcher(text).replaceAll("[token]") : text;
  }

  /** A cheap check first: a matcher costs more, and most texts hold no token. */
  private static boolean mayHaveToken(String text) {
    if (text.length() >= SHORTEST) {
      var dot = text.indexOf('.', SHORTEST_HEADER);
      if (dot >= 0 && text.indexOf('.', dot + SHORTEST_CLAIMS + 1) >= 0) {
        return true;
      }
    }
    return text.contains("ey") || text.contains("ew") || text.contains("oneport_");
  }

  static String severity(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARNING";
    }
    return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }
}
