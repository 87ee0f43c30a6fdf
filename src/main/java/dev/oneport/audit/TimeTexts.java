package dev.oneport.audit;

import java.time.Instant;

/**
 * Times as {@link Instant#toString()} writes them. The text of a second is kept for the calls of
 * that second. Used by one thread.
 */
final class TimeTexts {
  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final int MILLIS_PER_SECOND = 1000;

  private long second = Long.MIN_VALUE;
  private String begin = "";

  String text(Instant time) {
    int nanos = time.getNano();
    if (nanos == 0 || nanos % NANOS_PER_MILLI != 0) {
      return time.toString();
    }
    if (time.getEpochSecond() != second) {
      second = time.getEpochSecond();
      var text = Instant.ofEpochSecond(second).toString();
      begin = text.substring(0, text.length() - 1) + ".";
    }
    var millis = String.valueOf(MILLIS_PER_SECOND + nanos / NANOS_PER_MILLI);
    return begin + millis.substring(1) + "Z";
  }
}
