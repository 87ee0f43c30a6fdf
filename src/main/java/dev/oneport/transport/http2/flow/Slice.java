package dev.oneport.transport.http2.flow;

/** A read-only part of an array that may be shared. */
public final class Slice {
  static final Slice NONE = new Slice(new byte[0], 0, 0);

  private final byte[] bytes;
  private final int offset;
  private final int length;

  Slice(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
  }

  /** The array. */
  public byte[] bytes() {
    return bytes;
  }

  /** The index of the first byte. */
  public int offset() {
    return offset;
  }

  /** The number of bytes. */
  public int length() {
    return length;
  }
}
