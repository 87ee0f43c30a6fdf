package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the parts of streams as frames, within the peer's windows. Guarded by the lock of {@link
 * Outbound}.
 */
final class PartWriter {
  /** The result of writing a part. */
  enum Written {
    ALL,
    /** The stream has ended. */
    OVER,
    /** The peer has given no window for too long. */
    STALLED
  }

  private final FrameWriter frames;
  private final SendTurns turns;
  private final int capacity;
  private final Runnable flush;
  private final AtomicLong progress = new AtomicLong();

  /** Writers block while {@code capacity} bytes are pending; they flush before they block. */
  PartWriter(FrameWriter frames, SendTurns turns, int capacity, Runnable flush) {
    this.frames = frames;
    this.turns = turns;
    this.capacity = capacity;
    this.flush = flush;
  }

  /** The number of frames sent, which allow the peer further frames. Needs no lock. */
  long progress() {
    return progress.get();
  }

  Written write(SendingStream stream, StreamPart part) {
    if (turns.isOver(stream) || (part.mayWait() && !turns.awaitRoom(stream))) {
      return Written.OVER;
    }
    var head = stream.headSent ? HeaderField.NONE : part.head();
    stream.headSent |= head.length > 0;
    var written = Written.ALL;
    if (part.length() > 0) {
      if (head.length > 0) {
        headers(stream, head, HeaderField.NONE, false);
      }
      written = body(stream, part);
    } else {
      withoutBody(stream, head, part);
    }
    if (written == Written.ALL && part.end()) {
      end(stream);
    }
    return written;
  }

  private void withoutBody(SendingStream stream, HeaderField[] head, StreamPart part) {
    if (head.length > 0 || part.hasTrailers()) {
      headers(stream, head, part.trailers(), part.end());
    } else if (part.end()) {
      frames.data(stream.id(), part.bytes(), 0, 0, true);
      grown();
    }
  }

  private Written body(SendingStream stream, StreamPart part) {
    for (int sent = 0; sent < part.length(); ) {
      int left = part.length() - sent;
      int size = turns.allowance(stream, Math.min(left, Frame.MIN_MAX_SIZE));
      if (size > 0) {
        boolean end = size == left && part.endsWithBody();
        frames.data(stream.id(), part.bytes(), part.offset() + sent, size, end);
        turns.sent(stream, size);
        grown();
        sent += size;
      } else {
        flush.run();
        if (!turns.await(stream)) {
          return Written.STALLED;
        }
        if (turns.isOver(stream)) {
          return Written.OVER;
        }
      }
    }
    if (part.hasTrailers()) {
      headers(stream, HeaderField.NONE, part.trailers(), true);
    }
    return Written.ALL;
  }

  private void headers(
      SendingStream stream, HeaderField[] head, HeaderField[] trailers, boolean end) {
    frames.headers(stream.id(), head, trailers, end);
    grown();
  }

  private void end(SendingStream stream) {
    if (stream.localEnded()) {
      frames.rstStream(stream.id(), ErrorCode.NO_ERROR);
    }
    // Another thread than the waiting writer may end the stream.
    turns.release(stream);
  }

  private void grown() {
    progress.incrementAndGet();
    turns.room(frames.pending().size() < capacity);
  }

  /** Sends an interim response (RFC 9110 section 15.2). */
  void interim(SendingStream stream, HeaderField[] fields) {
    if (!turns.isOver(stream) && !stream.headSent) {
      headers(stream, fields, HeaderField.NONE, false);
    }
  }
}
