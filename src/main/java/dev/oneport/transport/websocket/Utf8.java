package dev.oneport.transport.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 as it arrives (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF; a
 * character may be split anywhere.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080808080808080L;

  private int missing;
  private int begun;
  private int least;
  private int most;

  /** Checks more bytes; false if they are invalid. */
  boolean valid(byte[] bytes, int from, int to) {
    var at = from;
    while (at < to) {
      if (missing == 0) {
        at = skipAscii(bytes, at, to);
        if (at < to && !lead(bytes[at++] & 0xff)) {
          return false;
        }
      } else if (!continuation(bytes[at++] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** The number of trailing bytes that belong to an incomplete character. */
  int incomplete() {
    return missing == 0 ? 0 : begun;
  }

  private static int skipAscii(byte[] bytes, int from, int to) {
    var at = from;
    while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
      at += Long.BYTES;
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private boolean lead(int b) {
    begun = 1;
    least = 0x80;
    most = 0xbf;
    if (b >= 0xc2 && b <= 0xdf) {
      missing = 1;
    } else if (b >= 0xe0 && b <= 0xef) {
      missing = 2;
      least = b == 0xe0 ? 0xa0 : 0x80;
      most = b == 0xed ? 0x9f : 0xbf;
    } else if (b >= 0xf0 && b <= 0xf4) {
      missing = 3;
      least = b == 0xf0 ? 0x90 : 0x80;
      most = b == 0xf4 ? 0x8f : 0xbf;
    } else {
      return false;
    }
    return true;
  }

  private boolean continuation(int b) {
    if (b < least || b > most) {
      return false;
    }
    least = 0x80;
    most = 0xbf;
    missing--;
    begun++;
    return true;
  }
}
