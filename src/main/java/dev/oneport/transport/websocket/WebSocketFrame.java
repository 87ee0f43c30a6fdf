package dev.oneport.transport.websocket;

/**
 * The checked header of a client's frame (RFC 6455 section 5.2); limits on its length are checked
 * elsewhere.
 *
 * @param last whether it is a message's last frame
 * @param compressed whether it begins a compressed message (RFC 7692)
 * @param length the length of the payload in bytes
 * @param mask the four bytes of the mask, first byte highest
 */
record WebSocketFrame(Opcode opcode, boolean last, boolean compressed, long length, int mask) {
  private static final int MAX_CONTROL_LENGTH = 125;

  /** Blocks for the next header. */
  static WebSocketFrame read(ByteSource in, boolean compression) {
    var first = in.next();
    var opcode = Opcode.of(first & 0x0f);
    var last = (first & 0x80) != 0;
    var compressed = (first & 0x40) != 0;
    var begins = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
    if ((first & 0x30) != 0 || (compressed && !(compression && begins))) {
      throw WebSocketFailure.protocol("a reserved bit is set");
    }
    var second = in.next();
    if ((second & 0x80) == 0) {
      throw WebSocketFailure.protocol("a frame is not masked");
    }
    var small = second & 0x7f;
    if (opcode.control() && (!last || small > MAX_CONTROL_LENGTH)) {
      throw WebSocketFailure.protocol("a control frame is too long or fragmented");
    }
    return new WebSocketFrame(opcode, last, compressed, length(in, small), (int) number(in, 4));
  }

  private static long length(ByteSource in, int small) {
    if (small <= 125) {
      return small;
    }
    var length = number(in, small == 126 ? 2 : 8);
    if (length < (small == 126 ? 126 : 1 << 16)) {
      // Also if it is negative, because the highest bit must be 0.
      throw WebSocketFailure.protocol("a length is not in its shortest form");
    }
    return length;
  }

  private static long number(ByteSource in, int bytes) {
    long number = 0;
    for (var i = 0; i < bytes; i++) {
      number = number << 8 | in.next();
    }
    return number;
  }

  /** The header of an outgoing frame, which is never masked. */
  static byte[] header(Opcode opcode, boolean last, boolean compressed, int length) {
    var first = (byte) ((last ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode.code());
    if (length <= 125) {
      return new byte[] {first, (byte) length};
    }
    if (length < 1 << 16) {
      return new byte[] {first, 126, (byte) (length >>> 8), (byte) length};
    }
    return new byte[] {
      first,
      127,
      0,
      0,
      0,
      0,
      (byte) (length >>> 24),
      (byte) (length >>> 16),
      (byte) (length >>> 8),
      (byte) length
    };
  }
}
