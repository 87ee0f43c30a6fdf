package dev.oneport.transport.http2.flow;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.helidon.common.buffers.BufferData;
import java.util.Arrays;
import java.util.function.Supplier;

/** The received bytes of a connection that have not been consumed. Used by the reading thread. */
public final class ConnectionInput {
  private static final byte[] NONE = {};

  /** What every connection has room for. */
  private static final int FREE = 4 << 10;

  private final Supplier<BufferData> reader;
  private final HeadMemory memory;
  private byte[] bytes = NONE;
  private int position;
  private int limit;
  private int held;

  /** Reads from this reader, which blocks for bytes, and throws at the end. */
  public ConnectionInput(Supplier<BufferData> reader) {
    this(reader, new HeadMemory(Long.MAX_VALUE));
  }

  /**
   * The same with a bound.
   *
   * @param memory for the incomplete frames of all connections
   */
  public ConnectionInput(Supplier<BufferData> reader, HeadMemory memory) {
    this.reader = reader;
    this.memory = memory;
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
      // As bytes arrive: the length of a frame alone must not cost memory.
      int wanted = limit - position + more;
      makeRoom(Math.max(wanted, Math.min(length, 2 * wanted)));
      chunk.read(bytes, limit, more);
      limit += more;
    }
  }

  private void makeRoom(int size) {
    int used = limit - position;
    if (bytes.length < size) {
      hold(size);
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
    hold(bytes.length);
  }

  /** Blocks for more bytes and drops them. */
  public void discard() {
    close();
    var _ = reader.get();
  }

  /** Drops all bytes. */
  public void close() {
    bytes = NONE;
    position = 0;
    limit = 0;
    hold(0);
  }

  private void hold(int size) {
    int wanted = size > FREE ? size : 0;
    if (wanted > held && !memory.tryHold(wanted - held)) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "no memory for a frame");
    }
    memory.release(Math.max(0, held - wanted));
    held = wanted;
  }
}
