package dev.oneport.transport.http1;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The character classes of RFC 9110 section 5.6 and RFC 5234, on bytes. */
final class Ascii {
  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

  private Ascii() {}

  /** True for the characters of a token. */
  static boolean token(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || TOKEN_PUNCTUATION.indexOf(b) >= 0;
  }

  /** The index of the first byte that is no token character; {@code to} if all are. */
  static int endOfToken(byte[] bytes, int from, int to) {
    var at = from;
    while (at < to && token(bytes[at])) {
      at++;
    }
    return at;
  }

  /** True for optional white space. */
  static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** True if the bytes hold no control character but the tab. */
  static boolean fieldValue(byte[] bytes, int from, int to) {
    for (var i = from; i < to; i++) {
      var b = bytes[i];
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** True if every byte is a visible ASCII character. */
  static boolean visible(byte[] bytes, int from, int to) {
    for (var i = from; i < to; i++) {
      if (bytes[i] <= ' ' || bytes[i] == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }

  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  static String lowerCase(byte[] bytes, int from, int to) {
    return text(bytes, from, to).toLowerCase(Locale.ROOT);
  }
}
