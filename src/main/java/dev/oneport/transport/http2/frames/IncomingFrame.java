package dev.oneport.transport.http2.frames;

/**
 * The current frame: one object, reused for all frames of a connection, over the connection's
 * bytes. Used by the thread that reads the connection.
 */
public final class IncomingFrame {
  private byte[] bytes = new byte[0];
  private int type;
  private int flags;
  private int stream;
  private int offset;
  private int length;

  public void set(byte[] source, int at, int size) {
    bytes = source;
    type = source[at + 3] & 0xFF;
    flags = source[at + 4];
    offset = at + 5;
    stream = intAt(0) & Integer.MAX_VALUE;
    offset = at + Frame.HEADER;
    length = size;
  }

  public int type() {
    return type;
  }

  public int stream() {
    return stream;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The index of the payload. */
  public int offset() {
    return offset;
  }

  /** The length of the payload in bytes. */
  public int length() {
    return length;
  }

  public int end() {
    return offset + length;
  }

  public int shortAt(int index) {
    return (bytes[offset + index] & 0xFF) << 8 | (bytes[offset + index + 1] & 0xFF);
  }

  public int intAt(int index) {
    return shortAt(index) << 16 | shortAt(index + 2);
  }

  /** Removes padding from the payload, if there is any (RFC 9113 section 6.1). */
  public void unpad() {
    if (has(Frame.PADDED)) {
      int pad = length == 0 ? 0 : bytes[offset] & 0xFF;
      if (pad >= length) {
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "padding");
      }
      offset++;
      length -= 1 + pad;
    }
  }

  /** Skips this many bytes of the payload. */
  public void skip(int count) {
    offset += count;
    length -= count;
  }

  public void require(boolean holds, ErrorCode code, String what) {
    if (!holds) {
      throw new ConnectionError(code, what);
    }
  }

  public void requireLength(int expected) {
    require(length == expected, ErrorCode.FRAME_SIZE_ERROR, "length of frame type " + type);
  }

  public void requireStream() {
    require(stream != 0, ErrorCode.PROTOCOL_ERROR, "frame type " + type + " on stream 0");
  }

  public void requireConnection() {
    require(stream == 0, ErrorCode.PROTOCOL_ERROR, "frame type " + type + " on a stream");
  }
}
