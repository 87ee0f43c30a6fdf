package dev.oneport.transport.http2.hpack;

import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.FrameBuffer;
import java.util.Set;

/**
 * Encodes header fields (RFC 7541): by index if possible, without Huffman coding. Fields that are
 * likely to be sent again are added to the table. Guarded by the lock for the connection's writes.
 */
public final class HpackEncoder {
  private static final int LONGEST_KEPT = 128;
  private static final int MOST_KEPT = 64;
  // Values that differ each time, or that intermediaries must not store.
  private static final Set<String> NOT_KEPT =
      Set.of(
          "age",
          "content-length",
          "content-range",
          "date",
          "etag",
          "grpc-message",
          "grpc-status-details-bin",
          "last-modified",
          "location",
          "retry-after",
          "set-cookie");

  private final DynamicTable table = new DynamicTable(Frame.DEFAULT_TABLE);
  private int announced = Frame.DEFAULT_TABLE;
  private int lowest = Frame.DEFAULT_TABLE;

  /**
   * Sets the maximum size of the peer's table; the next block announces the size in use, and the
   * smallest size in between (RFC 7541 section 4.2).
   */
  public void peerTableSize(int bytes) {
    table.capacity(Math.min(bytes, Frame.DEFAULT_TABLE));
    lowest = Math.min(lowest, table.capacity());
  }

  public void encode(HeaderField[] fields, FrameBuffer target) {
    if (lowest < announced || announced != table.capacity()) {
      announceSize(target);
    }
    for (var field : fields) {
      encode(field, target);
    }
  }

  private void announceSize(FrameBuffer target) {
    if (lowest < table.capacity()) {
      integer(lowest, 0x20, 5, target);
    }
    announced = table.capacity();
    lowest = announced;
    integer(announced, 0x20, 5, target);
  }

  private void encode(HeaderField field, FrameBuffer target) {
    int known = field.staticIndex();
    if (known > 0) {
      integer(known, 0x80, 7, target);
      return;
    }
    int age = find(field);
    if (age >= 0) {
      integer(StaticTable.SIZE + 1 + age, 0x80, 7, target);
      return;
    }
    boolean keep = isKept(field);
    integer(-known, keep ? 0x40 : 0, keep ? 6 : 4, target);
    if (known == 0) {
      string(field.nameBytes(), target);
    }
    string(field.valueBytes(), target);
    if (keep) {
      table.add(field);
    }
  }

  private int find(HeaderField field) {
    for (int age = 0; age < table.count(); age++) {
      if (table.get(age).sameAs(field)) {
        return age;
      }
    }
    return -1;
  }

  private boolean isKept(HeaderField field) {
    return field.valueBytes().length <= LONGEST_KEPT
        && table.count() < MOST_KEPT
        && field.size() <= table.capacity() - table.size()
        && !NOT_KEPT.contains(field.name());
  }

  private static void string(byte[] bytes, FrameBuffer target) {
    integer(bytes.length, 0, 7, target);
    target.put(bytes, 0, bytes.length);
  }

  private static void integer(int value, int flags, int prefix, FrameBuffer target) {
    int mask = (1 << prefix) - 1;
    if (value < mask) {
      target.put(flags | value);
      return;
    }
    target.put(flags | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      target.put((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    target.put(rest);
  }
}
