package dev.oneport.transport.http2.hpack;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that header names and values may contain (RFC 9113 section 8.2.1, RFC 9110 section 5).
 */
public final class HeaderText {
  private static final boolean[] NAME = new boolean[256];

  static {
    for (int c = '0'; c <= '9'; c++) {
      NAME[c] = true;
    }
    for (int c = 'a'; c <= 'z'; c++) {
      NAME[c] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      NAME[c] = true;
    }
  }

  private HeaderText() {}

  public static boolean wellFormed(byte[] name, byte[] value) {
    return isName(name) && isValue(value);
  }

  private static boolean isName(byte[] name) {
    int start = name.length > 0 && name[0] == ':' ? 1 : 0;
    for (int i = start; i < name.length; i++) {
      if (!NAME[name[i] & 0xFF]) {
        return false;
      }
    }
    return name.length > start;
  }

  private static boolean isValue(byte[] value) {
    if (value.length == 0) {
      return true;
    }
    for (byte b : value) {
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7F) {
        return false;
      }
    }
    return !isBlank(value[0]) && !isBlank(value[value.length - 1]);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** A non-negative decimal number of at most 18 digits, or -1. */
  public static long number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long result = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      result = result * 10 + digit;
    }
    return result;
  }
}
