package dev.oneport.transport.websocket;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pings in a client's bytes without consuming them: it skips from frame to frame, however
 * the frames are split. It stops for good at a close frame and at an invalid frame, which the
 * reader handles later.
 */
final class PingScan {
  private static final int LONGEST_HEADER = 14;

  private final byte[] header = new byte[LONGEST_HEADER];
  private final List<byte[]> found = new ArrayList<>();
  private int headerLength;
  private long skip;
  private byte @Nullable [] ping;
  private boolean over;

  /**
   * @param unread how many bytes of a frame's payload precede the first header
   */
  PingScan(long unread) {
    this.skip = unread;
  }

  /** Whether the scan has stopped. */
  boolean over() {
    return over;
  }

  /** Removes and returns the payloads of the pings found since the last call. */
  List<byte[]> takeFound() {
    var taken = List.copyOf(found);
    found.clear();
    return taken;
  }

  void scan(byte[] bytes, int from, int to) {
    var at = from;
    while (at < to && !over) {
      if (skip > 0) {
        var length = (int) Math.min(skip, to - at);
        payload(bytes, at, length);
        at += length;
      } else {
        header[headerLength++] = bytes[at++];
        if (headerLength >= 2 && headerLength == expected()) {
          frame();
        }
      }
    }
  }

  private void payload(byte[] bytes, int from, int length) {
    if (ping != null) {
      System.arraycopy(bytes, from, ping, ping.length - (int) skip, length);
    }
    skip -= length;
    if (skip == 0 && ping != null) {
      foundPing(ping);
      ping = null;
    }
  }

  private void foundPing(byte[] payload) {
    Mask.remove((int) number(headerLength - 4, 4), 0, payload, 0, payload.length);
    found.add(payload);
    headerLength = 0;
  }

  /** The length of the header that has begun, including the mask. */
  private int expected() {
    return switch (header[1] & 0x7f) {
      case 126 -> 8;
      case 127 -> LONGEST_HEADER;
      default -> 6;
    };
  }

  private void frame() {
    var code = header[0] & 0x0f;
    var length = length();
    var control = code >= Opcode.CLOSE.code();
    over =
        code == Opcode.CLOSE.code()
            || (code & 7) > Opcode.BINARY.code()
            || (header[1] & 0x80) == 0
            || length < 0
            || (control && ((header[0] & 0xf0) != 0x80 || length > 125));
    if (over) {
      return;
    }
    skip = length;
    if (code != Opcode.PING.code()) {
      headerLength = 0;
    } else if (length == 0) {
      foundPing(new byte[0]);
    } else {
      // The header is kept for the mask.
      ping = new byte[(int) length];
    }
  }

  private long length() {
    var small = header[1] & 0x7f;
    return switch (small) {
      case 126 -> number(2, 2);
      case 127 -> number(2, 8);
      default -> small;
    };
  }

  private long number(int at, int length) {
    long number = 0;
    for (var i = at; i < at + length; i++) {
      number = number << 8 | (header[i] & 0xff);
    }
    return number;
  }
}
