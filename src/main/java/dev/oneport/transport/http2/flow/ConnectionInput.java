package dev.oneport.transport.http2.flow;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import io.helidon.common.buffers.BufferData;
import java.util.Arrays;

/** The received bytes of a connection that have not been consumed. Used by the reading thread. */
public final class ConnectionInput {
  private static final byte[] NONE = {};

  /** What every connection has room for. */
  private static final int FREE = 4 << 10;

  /** What a read returns while a peer sends a large body: all that the socket's buffer holds. */
  private static final int PLENTY = 8 << 10;

  /** Room for a TLS record, which is read in one piece, and for an incomplete frame before it. */
  private static final int LARGE = (16 << 10) + Frame.HEADER + Frame.MIN_MAX_SIZE;

  private final Source source;
  private final HeadMemory memory;
  private byte[] bytes = NONE;
  private int position;
  private int limit;
  private int held;
  private boolean plenty;

  /** Where the bytes come from. Its methods block for bytes, and throw at the end. */
  @FunctionalInterface
  public interface Source {
    /** The next bytes; the buffer may be used until the next call. */
    BufferData read();

    /**
     * Adds the next bytes to a buffer, without copying; returns their number, or 0 if it cannot.
     */
    default int read(BufferData target) {
      return 0;
    }
  }

  /** Reads from this source. */
  public ConnectionInput(Source source) {
    this(source, new HeadMemory(Long.MAX_VALUE));
  }

  /**
   * The same with a bound.
   *
   * @param memory for the incomplete frames of all connections
   */
  public ConnectionInput(Source source, HeadMemory memory) {
    this.source = source;
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

  /** Blocks until this many bytes are available. Throws the source's exception at the end. */
  void fill(int length) {
    while (!has(length)) {
      if (bytes.length < LARGE || !plenty || !readDirectly()) {
        readChunk(length);
      }
    }
  }

  /** The peer sends more than the socket's own buffer holds: larger reads, and one copy less. */
  private boolean readDirectly() {
    var target = BufferData.create(bytes).reset();
    target.write(bytes, position, limit - position);
    limit -= position;
    position = 0;
    int more = source.read(target);
    limit += more;
    plenty = more >= PLENTY;
    return more > 0;
  }

  private void readChunk(int length) {
    if (!plenty && position == limit && bytes.length >= LARGE) {
      release();
    }
    var chunk = source.read();
    int more = chunk.available();
    plenty = more >= PLENTY;
    // As bytes arrive: the length of a frame alone must not cost memory.
    int wanted = limit - position + more;
    makeRoom(Math.max(wanted, Math.min(length, 2 * wanted)));
    chunk.read(bytes, limit, more);
    limit += more;
  }

  private void makeRoom(int size) {
    int used = limit - position;
    if (bytes.length < size) {
      var larger = new byte[held(size)];
      System.arraycopy(bytes, position, larger, 0, used);
      bytes = larger;
    } else if (position > 0) {
      System.arraycopy(bytes, position, bytes, 0, used);
    }
    position = 0;
    limit = used;
  }

  /** Holds memory for an array of this size, or of a larger one if that pays and is free. */
  private int held(int size) {
    int large = Math.max(size, LARGE);
    if (plenty && isInBody() && tryHold(large)) {
      return large;
    }
    hold(size);
    return size;
  }

  private boolean isInBody() {
    return limit - position >= Frame.HEADER && bytes[position + 3] == Frame.DATA;
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
    var _ = source.read();
  }

  /** Drops all bytes. */
  public void close() {
    bytes = NONE;
    position = 0;
    limit = 0;
    hold(0);
  }

  private void hold(int size) {
    if (!tryHold(size)) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "no memory for a frame");
    }
  }

  private boolean tryHold(int size) {
    int wanted = size > FREE ? size : 0;
    if (wanted > held && !memory.tryHold(wanted - held)) {
      return false;
    }
    memory.release(Math.max(0, held - wanted));
    held = wanted;
    return true;
  }
}
