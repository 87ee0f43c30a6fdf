package dev.oneport.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes and reads the few kinds of DER values (ITU-T X.690) that keys and certificates need here.
 */
final class Der {
  static final int SEQUENCE = 0x30;
  static final int INTEGER = 0x02;
  static final int OCTETS = 0x04;

  private static final int SET = 0x31;
  private static final int BITS = 0x03;
  private static final int NULL = 0x05;
  private static final int OID = 0x06;
  private static final int UTF_8 = 0x0C;
  private static final int UTC_TIME = 0x17;
  private static final int BOOLEAN = 0x01;
  private static final int LONG_FORM = 0x80;

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return value(SEQUENCE, parts);
  }

  static byte[] set(byte[]... parts) {
    return value(SET, parts);
  }

  static byte[] integer(BigInteger number) {
    return value(INTEGER, number.toByteArray());
  }

  static byte[] integer(long number) {
    return integer(BigInteger.valueOf(number));
  }

  static byte[] octets(byte[] bytes) {
    return value(OCTETS, bytes);
  }

  /** A bit string of whole bytes. */
  static byte[] bits(byte[] bytes) {
    return value(BITS, new byte[] {0}, bytes);
  }

  static byte[] yes() {
    return value(BOOLEAN, new byte[] {(byte) 0xFF});
  }

  static byte[] nothing() {
    return value(NULL);
  }

  static byte[] text(String text) {
    return value(UTF_8, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A time before 2050 (RFC 5280 section 4.1.2.5.1). */
  static byte[] time(Instant time) {
    return value(UTC_TIME, UTC.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier in its usual notation. */
  static byte[] oid(String dotted) {
    var numbers = dotted.split("\\.", -1);
    var content = new ByteArrayOutputStream();
    base128(content, 40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
    for (var i = 2; i < numbers.length; i++) {
      base128(content, Integer.parseInt(numbers[i]));
    }
    return value(OID, content.toByteArray());
  }

  private static void base128(ByteArrayOutputStream out, int number) {
    var bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(number));
    for (var shift = (bits - 1) / 7 * 7; shift >= 0; shift -= 7) {
      out.write((number >> shift & 0x7F) | (shift > 0 ? 0x80 : 0));
    }
  }

  /** A value with any tag. */
  static byte[] value(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (var part : parts) {
      content.writeBytes(part);
    }
    var all = new ByteArrayOutputStream();
    all.write(tag);
    length(all, content.size());
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static void length(ByteArrayOutputStream out, int length) {
    if (length < LONG_FORM) {
      out.write(length);
      return;
    }
    var bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
    out.write(LONG_FORM | bytes);
    for (var shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
      out.write(length >> shift);
    }
  }

  /**
   * Reads the content of the next value.
   *
   * @throws RuntimeException if it is of another kind, or cut off
   */
  static byte[] content(ByteBuffer from, int tag) {
    if ((from.get() & 0xFF) != tag) {
      throw new IllegalArgumentException("another kind of value");
    }
    var length = from.get() & 0xFF;
    if (length > 0x82) {
      throw new IllegalArgumentException("too long");
    }
    if (length >= 0x80) {
      var bytes = length - 0x80;
      length = 0;
      for (var i = 0; i < bytes; i++) {
        length = (length << 8) | (from.get() & 0xFF);
      }
    }
    var content = new byte[length];
    from.get(content);
    return content;
  }
}
