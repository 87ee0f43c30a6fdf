package dev.oneport.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** WebSocket frames from a server (RFC 6455 section 5.2), valid and invalid. */
public final class ServerFrame {
  private static final int LAST = 0x80;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int SHORT = 126;
  private static final int LONG = 127;

  private ServerFrame() {}

  public static byte[] text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] close(int code, String reason) {
    var bytes = reason.getBytes(StandardCharsets.UTF_8);
    return of(
        CLOSE, ByteBuffer.allocate(2 + bytes.length).putShort((short) code).put(bytes).array());
  }

  /** The first frame of a fragmented text. */
  public static byte[] firstOf(byte[] text) {
    var frame = of(TEXT, text);
    frame[0] = TEXT;
    return frame;
  }

  /** An unfragmented frame of any opcode. */
  public static byte[] of(int opcode, byte[] payload) {
    var frame = ByteBuffer.allocate(10 + payload.length).put((byte) (LAST + opcode));
    if (payload.length < SHORT) {
      frame.put((byte) payload.length);
    } else {
      frame.put((byte) LONG).putLong(payload.length);
    }
    return Arrays.copyOf(frame.put(payload).array(), frame.position());
  }
}
