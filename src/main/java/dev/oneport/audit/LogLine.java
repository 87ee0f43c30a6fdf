package dev.oneport.audit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/**
 * A log record as one JSON object on one line, in the shape that Cloud Logging reads: {@code
 * severity}, {@code message}, {@code time}. Whatever looks like a token is taken out of every text,
 * whoever wrote it.
 */
final class LogLine extends Formatter {
  /** Without a group that repeats: matching one takes a frame of the stack for each time. */
  private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_=.-]+");

  @Override
  public String format(LogRecord record) {
    var line =
        new JsonWriter()
            .begin()
            .add("severity", severity(record.getLevel()))
            .add("time", record.getInstant().toString())
            .add("message", text(this, record))
            .add("logger", String.valueOf(record.getLoggerName()))
            .end();
    return line.text() + "\n";
  }

  /**
   * The message and, below it, the stack trace, where there is one; Error Reporting looks for it
   * there.
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
    return text.contains("eyJ") ? TOKEN.matcher(text).replaceAll("[token]") : text;
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
