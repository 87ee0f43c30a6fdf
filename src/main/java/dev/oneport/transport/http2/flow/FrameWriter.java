package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.FrameBuffer;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HpackEncoder;

/** Writes the frames of streams into a buffer. Used by {@link Outbound}, under its lock. */
final class FrameWriter {
  private final HpackEncoder encoder = new HpackEncoder();
  private FrameBuffer pending = new FrameBuffer();

  FrameBuffer pending() {
    return pending;
  }

  /** Returns the pending frames and continues with an empty buffer. */
  FrameBuffer exchange(FrameBuffer empty) {
    var gathered = pending;
    pending = empty;
    return gathered;
  }

  void peerTableSize(int bytes) {
    encoder.peerTableSize(bytes);
  }

  void data(int stream, byte[] bytes, int offset, int length, boolean end) {
    pending.frame(length, Frame.DATA, end ? Frame.END_STREAM : 0, stream);
    pending.put(bytes, offset, length);
  }

  /**
   * Writes one header block; a head that is followed directly by trailers is combined with them.
   */
  void headers(int stream, HeaderField[] head, HeaderField[] trailers, boolean end) {
    int frame = pending.size();
    int endStream = end ? Frame.END_STREAM : 0;
    pending.frame(0, Frame.HEADERS, 0, stream);
    encoder.encode(head, pending);
    encoder.encode(trailers, pending);
    int length = pending.size() - frame - Frame.HEADER;
    if (length <= Frame.MIN_MAX_SIZE) {
      pending.patch(frame, length, endStream | Frame.END_HEADERS);
    } else {
      var rest = pending.cut(frame + Frame.HEADER + Frame.MIN_MAX_SIZE);
      pending.patch(frame, Frame.MIN_MAX_SIZE, endStream);
      continuation(stream, rest);
    }
  }

  private void continuation(int stream, byte[] block) {
    for (int from = 0; from < block.length; from += Frame.MIN_MAX_SIZE) {
      int size = Math.min(block.length - from, Frame.MIN_MAX_SIZE);
      boolean last = from + size == block.length;
      pending.frame(size, Frame.CONTINUATION, last ? Frame.END_HEADERS : 0, stream);
      pending.put(block, from, size);
    }
  }

  void rstStream(int stream, ErrorCode code) {
    pending.frame(4, Frame.RST_STREAM, 0, stream);
    pending.putInt(code.code());
  }
}
