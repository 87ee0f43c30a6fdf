package dev.oneport.audit;

import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * A log record as a person at a terminal reads it, whom nothing in it may deceive; its output adds
 * the time.
 */
final class TextLine extends Formatter {
  @Override
  public String format(LogRecord record) {
    return "%-7s %s%n"
        .formatted(LogLine.severity(record.getLevel()), Visible.text(LogLine.text(this, record)));
  }

  /** The message has one line; what follows on others is a stack trace. */
  @Override
  public String formatMessage(LogRecord record) {
    return oneLine(super.formatMessage(record));
  }

  static String oneLine(String text) {
    return Visible.text(text).replace("\n", "\\n");
  }
}
