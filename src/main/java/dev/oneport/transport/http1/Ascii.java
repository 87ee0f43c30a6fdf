package dev.oneport.transport.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The character classes of RFC 9110 section 5.6 and RFC 5234, on bytes. */
public final class Ascii {
  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";
  private static final boolean[] TOKEN = new boolean[128];

  /** Eight bytes at once: credentials have hundreds. */
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long LINE_FEEDS = ONES * '\n';
  private static final long SPACES = ONES * ' ';
  private static final long DELETES = ONES * 0x7F;

  static {
    for (var c = 0; c < TOKEN.length; c++) {
      var letterOrDigit = Character.isLetterOrDigit(c);
      TOKEN[c] = letterOrDigit || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }
  }

  private Ascii() {}

  /** Whether the byte is a token character. */
  public static boolean token(byte b) {
    return b >= 0 && TOKEN[b];
  }

  /** The index of the first byte that is not a token character; {@code to} if all are. */
  public static int endOfToken(byte[] bytes, int from, int to) {
    var at = from;
    while (at < to && token(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Whether the byte is optional white space. */
  public static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** The index of the first line feed; {@code to} if there is none. */
  static int lineFeed(byte[] bytes, int from, int to) {
    var at = from;
    while (to - at >= Long.BYTES && zeros((long) LONGS.get(bytes, at) ^ LINE_FEEDS) == 0) {
      at += Long.BYTES;
    }
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Has a bit set if one of the eight bytes is zero. */
  private static long zeros(long bytes) {
    return (bytes - ONES) & ~bytes & HIGH_BITS;
  }

  /** Whether all of eight bytes are at least a space, and not DEL. */
  private static boolean noControls(long bytes) {
    return ((bytes - SPACES) & ~bytes & HIGH_BITS) == 0 && zeros(bytes ^ DELETES) == 0;
  }

  /** Whether the bytes contain no control character except tab. */
  public static boolean fieldValue(byte[] bytes, int from, int to) {
    var start = from;
    while (to - start >= Long.BYTES && noControls((long) LONGS.get(bytes, start))) {
      start += Long.BYTES;
    }
    for (var i = start; i < to; i++) {
      var b = bytes[i];
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** Whether the bytes from an index on spell this token, in any case. */
  static boolean named(String token, byte[] bytes, int from) {
    for (var i = 0; i < token.length(); i++) {
      if ((bytes[from + i] | 0x20) != (token.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /** The value of a hexadecimal digit, or -1. */
  public static int hex(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }

  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
