package dev.oneport.transport.http2.flow;

/** Some bytes of an array that others may hold too: to be read, not written. */
public final class Slice {
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

  /** Where in the array they begin. */
  public int offset() {
    return offset;
  }

  /** How many they are. */
  public int length() {
    return length;
  }
}
