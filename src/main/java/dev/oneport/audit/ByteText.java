package dev.oneport.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text in UTF-8 that grows at its end, with numbers that are written without a string of each. */
final class ByteText {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int NANO_DIGITS = 9;
  private static final int SHORTEST_MANTISSA = 3;

  /** Where a double has no exponent, and its digits are exactly those of the nanoseconds. */
  private static final long PLAIN_FROM = 1_000_000;

  private static final long PLAIN_TO = 1_000_000_000_000_000L;

  private static final int HEX_DIGITS = 16;
  private static final int BITS_PER_HEX_DIGIT = 4;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] out = new byte[1 << 10];
  private int size;

  /** How many bytes were written. */
  int size() {
    return size;
  }

  /** Truncates to the first bytes. */
  void truncate(int length) {
    size = length;
  }

  /** The buffer, whose first bytes were written. */
  byte[] buffer() {
    return out;
  }

  byte last() {
    return out[size - 1];
  }

  @Override
  public String toString() {
    return new String(out, 0, size, StandardCharsets.UTF_8);
  }

  /** Nanoseconds as seconds, as {@link Double#toString(double)} would write them. */
  void seconds(long nanos) {
    if (nanos >= PLAIN_FROM && nanos < PLAIN_TO) {
      fraction(nanos, 1);
    } else if (nanos > 0 && nanos < PLAIN_FROM) {
      scientific(nanos);
    } else {
      ascii(Double.toString(nanos / (double) NANOS_PER_SECOND));
    }
  }

  /** Nanoseconds as seconds with all nine digits. */
  void duration(long nanos) {
    fraction(nanos, NANO_DIGITS);
  }

  void number(long value) {
    if (value < 0) {
      ascii(Long.toString(value));
      return;
    }
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    digits(value, digits);
  }

  /** All sixteen digits. */
  void hex(long value) {
    reserve(HEX_DIGITS);
    long rest = value;
    for (int i = size + HEX_DIGITS - 1; i >= size; i--) {
      out[i] = HEX[(int) rest & (HEX_DIGITS - 1)];
      rest >>>= BITS_PER_HEX_DIGIT;
    }
    size += HEX_DIGITS;
  }

  private void digits(long value, int digits) {
    reserve(digits);
    long rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /**
   * Nanoseconds as seconds.
   *
   * @param fewest how many digits the fraction has at least
   */
  private void fraction(long nanos, int fewest) {
    number(nanos / NANOS_PER_SECOND);
    plain('.');
    digits(nanos % NANOS_PER_SECOND, NANO_DIGITS);
    for (int digits = NANO_DIGITS; digits > fewest && out[size - 1] == '0'; digits--) {
      size--;
    }
  }

  /** Less than a millisecond, which Java writes with an exponent. */
  private void scientific(long nanos) {
    int start = size;
    number(nanos);
    int more = size - start - 1;
    plain('0');
    System.arraycopy(out, start + 1, out, start + 2, more);
    out[start + 1] = '.';
    if (more == 0) {
      plain('0');
    }
    while (size - start > SHORTEST_MANTISSA && out[size - 1] == '0') {
      size--;
    }
    ascii("E-");
    number(NANO_DIGITS - more);
  }

  void bytes(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
  }

  void utf8(String text) {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  void ascii(String text) {
    ascii(text, 0, text.length());
  }

  /** Copies an ASCII-only part, for which a method that drops the high bytes is correct. */
  @SuppressWarnings("deprecation")
  void ascii(String text, int from, int to) {
    reserve(to - from);
    text.getBytes(from, to, out, size);
    size += to - from;
  }

  void plain(char character) {
    reserve(1);
    out[size++] = (byte) character;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
    }
  }
}
