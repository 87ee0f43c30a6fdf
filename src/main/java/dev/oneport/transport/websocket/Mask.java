package dev.oneport.transport.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unmasks payloads (RFC 6455 section 5.3), eight bytes at a time. */
final class Mask {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Mask() {}

  /**
   * Unmasks in place.
   *
   * @param key the four bytes of the mask, first byte highest
   * @param offset the position of these bytes in the payload
   */
  static void remove(int key, long offset, byte[] bytes, int from, int to) {
    var rotated = Integer.rotateLeft(key, 8 * (int) (offset & 3));
    var pair = (rotated & 0xffffffffL) << 32 | (rotated & 0xffffffffL);
    var at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ pair);
    }
    for (var shift = 24; at < to; at++, shift = shift == 0 ? 24 : shift - 8) {
      bytes[at] ^= (byte) (rotated >>> shift);
    }
  }
}
