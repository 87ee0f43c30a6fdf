package dev.oneport.transport.http2.flow;

import io.helidon.common.buffers.BufferData;
import java.util.Arrays;
import java.util.function.Supplier;

/** The bytes of a connection that have been read and not used. Belongs to the reading thread. */
public final class ConnectionInput {
  private static final byte[] NONE = {};

  private final Supplier<BufferData> reader;
  private byte[] bytes = NONE;
  private int position;
  private int limit;

  /** The bytes of that reader, which waits for some, and throws at the end. */
  public ConnectionInput(Supplier<BufferData> reader) {
    this.reader = reader;
  }

  boolean has(int length) {
    return limit - position >= length;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  void skip(int length) {
    position += length;
  }

  /** Waits for that many bytes. Throws what the reader throws when there are no more. */
  void fill(int length) {
    while (!has(length)) {
      var chunk = reader.get();
      int more = chunk.available();
      makeRoom(Math.max(length, limit - position + more));
      chunk.read(bytes, limit, more);
      limit += more;
    }
  }

  private void makeRoom(int size) {
    int used = limit - position;
    if (bytes.length < size) {
      var larger = new byte[size];
      System.arraycopy(bytes, position, larger, 0, used);
      bytes = larger;
    } else if (position > 0) {
      System.arraycopy(bytes, position, bytes, 0, used);
    }
    position = 0;
    limit = used;
  }

  /** Gives memory back; called when nothing is under way. */
  void release() {
    bytes = limit == position ? NONE : Arrays.copyOfRange(bytes, position, limit);
    limit -= position;
    position = 0;
  }

  /** Waits for more bytes and forgets them. */
  public void discard() {
    var _ = reader.get();
    bytes = NONE;
    position = 0;
    limit = 0;
  }
}
