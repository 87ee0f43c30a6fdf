package dev.oneport.transport.http2.flow;

import io.helidon.common.buffers.BufferData;
import java.util.Arrays;
import java.util.function.Supplier;

/** The received bytes of a connection that have not been consumed. Used by the reading thread. */
public final class ConnectionInput {
  private static final byte[] NONE = {};

  private final Supplier<BufferData> reader;
  private byte[] bytes = NONE;
  private int position;
  private int limit;

  /** Reads from this reader, which blocks for bytes, and throws at the end. */
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

  /** Blocks until this many bytes are available. Throws the reader's exception at the end. */
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

  /** Releases memory; called when no frame is incomplete. */
  void release() {
    bytes = limit == position ? NONE : Arrays.copyOfRange(bytes, position, limit);
    limit -= position;
    position = 0;
  }

  /** Blocks for more bytes and drops them. */
  public void discard() {
    var _ = reader.get();
    bytes = NONE;
    position = 0;
    limit = 0;
  }
}
