package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import java.util.concurrent.TimeUnit;

/** Reads and writes {@code grpc-timeout}: at most eight digits and a unit. */
public final class GrpcTimeout {
  private static final int MOST_DIGITS = 8;
  private static final long TOO_LARGE = 100_000_000;

  private GrpcTimeout() {}

  /**
   * The time in nanoseconds; a value that does not fit becomes the maximum.
   *
   * @throws CallFailure if it is invalid
   */
  public static long nanos(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > MOST_DIGITS) {
      throw malformed();
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw malformed();
      }
      value = value * 10 + digit;
    }
    return unit(text.charAt(digits)).toNanos(value);
  }

  /** The text for that many nanoseconds, rounded down; at least one nanosecond. */
  public static String text(long nanos) {
    long value = Math.max(1, nanos);
    var units = "numSMH";
    int unit = 0;
    while (value >= TOO_LARGE) {
      value /= unit < 3 ? 1000 : 60;
      unit++;
    }
    return Long.toString(value) + units.charAt(unit);
  }

  private static TimeUnit unit(char unit) {
    return switch (unit) {
      case 'H' -> TimeUnit.HOURS;
      case 'M' -> TimeUnit.MINUTES;
      case 'S' -> TimeUnit.SECONDS;
      case 'm' -> TimeUnit.MILLISECONDS;
      case 'u' -> TimeUnit.MICROSECONDS;
      case 'n' -> TimeUnit.NANOSECONDS;
      default -> throw malformed();
    };
  }

  private static CallFailure malformed() {
    return new CallFailure(GrpcFailure.MALFORMED, "grpc-timeout");
  }
}
