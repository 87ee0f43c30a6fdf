package dev.oneport.transport.http2.hpack;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import java.util.Arrays;

/**
 * Puts the pieces of one header block together that comes in several frames. Fields are decoded as
 * soon as they are complete, so that a block of any size needs little memory and leaves the
 * compression's state in step; what is too large to be kept is dropped while it comes in.
 */
public final class HeaderBlock {
  /** Of frames of the least size: a megabyte. */
  private static final int MAX_CONTINUATIONS = 64;

  private static final byte[] NONE = {};

  private final int stream;
  private final boolean ends;
  private final HpackDecoder decoder;
  private final HeaderList list;
  private final int maxKept;
  private byte[] bytes = NONE;
  private int size;
  private long toDrop;
  private int continuations;

  public HeaderBlock(int stream, boolean ends, HpackDecoder decoder, int maxListSize) {
    this.stream = stream;
    this.ends = ends;
    this.decoder = decoder;
    this.list = new HeaderList(maxListSize);
    // What is dropped must have been larger than the table, however well it was compressed.
    this.maxKept = Math.max(maxListSize * 2, Frame.DEFAULT_TABLE * 4);
  }

  public int stream() {
    return stream;
  }

  /** Whether the request ends with it. */
  public boolean ends() {
    return ends;
  }

  public void continued(IncomingFrame frame) {
    frame.require(
        ++continuations <= MAX_CONTINUATIONS, ErrorCode.ENHANCE_YOUR_CALM, "CONTINUATION flood");
    append(frame);
  }

  public void append(IncomingFrame frame) {
    int dropped = (int) Math.min(toDrop, frame.length());
    toDrop -= dropped;
    int length = frame.length() - dropped;
    if (length == 0) {
      return;
    }
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.min(maxKept, bytes.length * 2)));
    }
    System.arraycopy(frame.bytes(), frame.offset() + dropped, bytes, size, length);
    size += length;
    int used = decoder.decodeComplete(bytes, 0, size, list);
    size -= used;
    System.arraycopy(bytes, used, bytes, 0, size);
    dropTooLarge();
  }

  /** The first field that is kept is incomplete; it may be one that need not be kept. */
  private void dropTooLarge() {
    long length = size == 0 ? 0 : FieldLength.of(bytes, 0, size);
    if (length > maxKept) {
      decoder.skipped(bytes[0]);
      list.dropAll();
      toDrop = length - size;
      size = 0;
      bytes = NONE;
    } else if (size > maxKept) {
      // A name without end.
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "header block");
    }
  }

  /** The block is complete. */
  public HeaderList end() {
    if (size > 0 || toDrop > 0) {
      throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, "a field goes beyond the block");
    }
    return list;
  }
}
