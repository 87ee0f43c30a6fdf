package dev.oneport.transport.http2.hpack;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import java.util.Arrays;

/**
 * Assembles a header block from several frames. Fields are decoded as soon as they are complete, so
 * that a block of any size needs little memory and keeps the compression state in sync; fields that
 * are too large are dropped while they arrive.
 */
public final class HeaderBlock {
  /** With frames of the minimum size, these are one megabyte. */
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
    // A dropped field must be larger than the table, however well it was compressed.
    this.maxKept = Math.max(maxListSize * 2, Frame.DEFAULT_TABLE * 4);
  }

  public int stream() {
    return stream;
  }

  /** Whether the request ends with this block. */
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

  /** Drops the incomplete first field if it is too large. */
  private void dropTooLarge() {
    long length = size == 0 ? 0 : FieldLength.of(bytes, 0, size);
    if (length > maxKept) {
      decoder.skipped(bytes[0]);
      list.dropAll();
      toDrop = length - size;
      size = 0;
      bytes = NONE;
    } else if (size > maxKept) {
      // An endless name.
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "header block");
    }
  }

  /** Decodes the rest of the complete block. */
  public HeaderList end() {
    if (size > 0 || toDrop > 0) {
      throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, "a field goes beyond the block");
    }
    return list;
  }
}
