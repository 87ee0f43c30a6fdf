package dev.oneport.audit;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** A log record as a person at a terminal reads it. */
final class TextLine extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  @Override
  public String format(LogRecord record) {
    return "%s %-7s %s%n"
        .formatted(
            TIME.format(record.getInstant()),
            LogLine.severity(record.getLevel()),
            LogLine.text(this, record));
  }
}
