package dev.oneport.transport.http2.hpack;

/**
 * Header fields that one side has sent, newest first, within a size in bytes (RFC 7541 section
 * 2.3.2 and 4). A field larger than the table empties it, which is not an error (section 4.4).
 */
public final class DynamicTable {
  private static final HeaderField[] NONE = new HeaderField[0];
  private static final HeaderField EVICTED = HeaderField.of("", "");

  private HeaderField[] ring = NONE;
  private int newest;
  private int count;
  private int size;
  private int capacity;

  public DynamicTable(int capacity) {
    this.capacity = capacity;
  }

  public int count() {
    return count;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return capacity;
  }

  /** The field of this age; 0 is the newest. */
  public HeaderField get(int age) {
    return ring[(newest + age) & (ring.length - 1)];
  }

  public void capacity(int bytes) {
    capacity = bytes;
    evictTo(bytes);
  }

  public void add(HeaderField field) {
    evictTo(capacity - field.size());
    if (field.size() > capacity) {
      return;
    }
    if (count == ring.length) {
      grow();
    }
    newest = (newest - 1) & (ring.length - 1);
    ring[newest] = field;
    count++;
    size += field.size();
  }

  /** Empties the table, as a field larger than the table does. */
  public void clear() {
    evictTo(0);
  }

  private void evictTo(int bytes) {
    while (count > 0 && size > bytes) {
      count--;
      size -= get(count).size();
      ring[(newest + count) & (ring.length - 1)] = EVICTED;
    }
  }

  private void grow() {
    var larger = new HeaderField[Math.max(8, ring.length * 2)];
    for (int i = 0; i < count; i++) {
      larger[i] = get(i);
    }
    ring = larger;
    newest = 0;
  }
}
