package dev.oneport.audit;

import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * A log record as a line on a terminal, without characters that could deceive its reader; the
 * output adds the time.
 */
final class TextLine extends Formatter {
  @Override
  public String format(LogRecord record) {
    return "%-7s %s%n"
        .formatted(LogLine.severity(record.getLevel()), Visible.text(LogLine.text(this, record)));
  }

  /** The message takes one line; further lines are a stack trace. */
  @Override
  public String formatMessage(LogRecord record) {
    return oneLine(super.formatMessage(record));
  }

  static String oneLine(String text) {
    return Visible.text(text).replace("\n", "\\n");
  }
}
