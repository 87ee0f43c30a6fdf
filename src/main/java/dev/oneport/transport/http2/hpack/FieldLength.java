package dev.oneport.transport.http2.hpack;

/** The length of a field in a header block (RFC 7541 section 6), derived from its first bytes. */
public final class FieldLength {
  /** The length cannot be derived yet. */
  public static final long UNKNOWN = -1;

  private final byte[] bytes;
  private final int end;
  private int at;

  private FieldLength(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /**
   * The encoded length of the field that begins at {@code from}, which may exceed the received
   * bytes.
   */
  public static long of(byte[] bytes, int from, int to) {
    var field = new FieldLength(bytes, from, to);
    long last = field.last();
    return last == UNKNOWN ? UNKNOWN : last - from;
  }

  private long last() {
    int first = bytes[at];
    if ((first & 0x80) != 0) {
      return integer(7) == UNKNOWN ? UNKNOWN : at;
    }
    if ((first & 0xE0) == 0x20) {
      return integer(5) == UNKNOWN ? UNKNOWN : at;
    }
    long name = integer((first & 0x40) != 0 ? 6 : 4);
    if (name == UNKNOWN) {
      return UNKNOWN;
    }
    if (name == 0) {
      long nameEnd = string();
      if (nameEnd == UNKNOWN || nameEnd >= end) {
        return UNKNOWN;
      }
      at = (int) nameEnd;
    }
    return string();
  }

  private long string() {
    long length = at < end ? integer(7) : UNKNOWN;
    return length == UNKNOWN ? UNKNOWN : at + length;
  }

  /** Reads an integer; one that is too large is left for the decoder to refuse. */
  private long integer(int prefix) {
    int mask = (1 << prefix) - 1;
    long value = bytes[at++] & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; at < end; shift += 7) {
      int next = bytes[at++];
      value += (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0 || shift > 21) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
