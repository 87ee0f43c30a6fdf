package dev.oneport.audit;

import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/**
 * A log record as a person at a terminal reads it, whom nothing in it may deceive; its output adds
 * the time.
 */
final class TextLine extends Formatter {
  /** What moves a terminal's cursor, or does worse. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\n\t]]");

  @Override
  public String format(LogRecord record) {
    return "%-7s %s%n"
        .formatted(LogLine.severity(record.getLevel()), visible(LogLine.text(this, record)));
  }

  /** The message has one line; what follows on others is a stack trace. */
  @Override
  public String formatMessage(LogRecord record) {
    return oneLine(super.formatMessage(record));
  }

  static String oneLine(String text) {
    return visible(text).replace("\n", "\\n");
  }

  private static String visible(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(match -> "\\\\u%04x".formatted((int) match.group().charAt(0)));
  }
}
