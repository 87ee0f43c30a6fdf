package dev.oneport.transport.http2.frames;

import java.util.Arrays;

/** A growing buffer of outgoing frames. Guarded by one lock, or used by one thread. */
public final class FrameBuffer {
  private static final byte[] NONE = new byte[0];
  private static final int FIRST = 1024;

  private byte[] bytes = NONE;
  private int size;

  public int size() {
    return size;
  }

  public byte[] bytes() {
    return bytes;
  }

  public void clear() {
    size = 0;
  }

  /** Releases the memory, because an idle connection holds none. */
  public void release() {
    bytes = NONE;
    size = 0;
  }

  public void frame(int length, int type, int flags, int stream) {
    reserve(Frame.HEADER);
    bytes[size] = (byte) (length >>> 16);
    bytes[size + 1] = (byte) (length >>> 8);
    bytes[size + 2] = (byte) length;
    bytes[size + 3] = (byte) type;
    bytes[size + 4] = (byte) flags;
    size += 5;
    putInt(stream);
  }

  /** Sets the length and flags of the frame at this index, after its payload was written. */
  public void patch(int frame, int length, int flags) {
    bytes[frame] = (byte) (length >>> 16);
    bytes[frame + 1] = (byte) (length >>> 8);
    bytes[frame + 2] = (byte) length;
    bytes[frame + 4] = (byte) flags;
  }

  public void put(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  public void putInt(int value) {
    reserve(4);
    bytes[size] = (byte) (value >>> 24);
    bytes[size + 1] = (byte) (value >>> 16);
    bytes[size + 2] = (byte) (value >>> 8);
    bytes[size + 3] = (byte) value;
    size += 4;
  }

  public void putShort(int value) {
    put(value >>> 8);
    put(value);
  }

  public void put(byte[] source, int offset, int length) {
    reserve(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Removes and returns all bytes from this index on. */
  public byte[] cut(int from) {
    var tail = Arrays.copyOfRange(bytes, from, size);
    size = from;
    return tail;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.max(FIRST, bytes.length * 2), size + more));
    }
  }
}
