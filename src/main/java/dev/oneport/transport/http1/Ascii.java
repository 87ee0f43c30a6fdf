package dev.oneport.transport.http1;

import java.nio.charset.StandardCharsets;

/** The character classes of RFC 9110 section 5.6 and RFC 5234, on bytes. */
public final class Ascii {
  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";
  private static final boolean[] TOKEN = new boolean[128];

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

  /** Whether the bytes contain no control character except tab. */
  public static boolean fieldValue(byte[] bytes, int from, int to) {
    for (var i = from; i < to; i++) {
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
