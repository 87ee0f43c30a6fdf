package dev.oneport.transport.http2;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All that a connection sends, in its order. Frames are made here under one short lock; what has
 * gathered goes to the socket in one piece, by {@link SocketWriter}, outside of it.
 */
final class Outbound {
  // Answers to control frames may gather this much above the buffer's size.
  private static final int CONTROL_RESERVE = 256 << 10;

  private enum Written {
    ALL,
    OVER,
    STALLED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final HpackEncoder encoder = new HpackEncoder();
  private final SendTurns turns;
  private final SocketWriter socket;
  private final int capacity;
  private FrameBuffer pending = new FrameBuffer();
  private @Nullable FrameBuffer spare;
  private boolean flushing;
  private boolean closed;
  private final AtomicLong progress = new AtomicLong();

  Outbound(SocketWriter socket, Http2Limits limits) {
    this.socket = socket;
    this.capacity = limits.outboundBuffer();
    this.turns = new SendTurns(lock, limits.timeouts().stall().toNanos());
  }

  /** Goes up with each frame of a response: the client gets something for its frames. */
  long progress() {
    return progress.get();
  }

  /** Sends what there is of a response; an empty array stands for what there is not. */
  boolean write(
      Http2Stream stream,
      HeaderField[] head,
      byte[] bytes,
      int offset,
      int length,
      HeaderField[] trailers,
      boolean end) {
    Written written;
    boolean tooFull;
    lock.lock();
    try {
      written = append(stream, head, bytes, offset, length, trailers, end);
      turns.wakeNext();
      flush();
      tooFull = isTooFull();
    } finally {
      lock.unlock();
    }
    if (tooFull) {
      socket.fail(new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "answers are not read"));
    }
    if (written == Written.STALLED) {
      stream.stalled();
    }
    return written == Written.ALL;
  }

  private Written append(
      Http2Stream stream,
      HeaderField[] head,
      byte[] bytes,
      int offset,
      int length,
      HeaderField[] trailers,
      boolean end) {
    boolean waits = length > 0 || !end;
    if (closed || !stream.isOpen() || (waits && !turns.awaitRoom(stream))) {
      return Written.OVER;
    }
    var written = Written.ALL;
    var first = stream.headSent ? Http2Stream.NO_FIELDS : head;
    stream.headSent |= first.length > 0;
    boolean endsWithBody = end && trailers.length == 0;
    if (length == 0) {
      empty(stream, first, trailers, endsWithBody);
    } else {
      if (first.length > 0) {
        headers(stream, first, Http2Stream.NO_FIELDS, false);
      }
      written = data(stream, bytes, offset, length, endsWithBody);
      if (written == Written.ALL && trailers.length > 0) {
        headers(stream, Http2Stream.NO_FIELDS, trailers, true);
      }
    }
    if (written == Written.ALL && end) {
      if (stream.localEnded()) {
        rstStream(stream.id(), ErrorCode.NO_ERROR);
      }
      // The end may come from another thread than the one that waits to write.
      turns.release(stream);
    }
    return written;
  }

  /** Sends what comes before the head (RFC 9110 section 15.2). */
  void interim(Http2Stream stream, HeaderField[] fields) {
    lock.lock();
    try {
      if (!closed && stream.isOpen() && !stream.headSent) {
        headers(stream, fields, Http2Stream.NO_FIELDS, false);
        flush();
      }
    } finally {
      lock.unlock();
    }
  }

  private void empty(Http2Stream stream, HeaderField[] head, HeaderField[] trailers, boolean end) {
    if (head.length > 0 || trailers.length > 0) {
      headers(stream, head, trailers, end || trailers.length > 0);
    } else if (end) {
      pending.frame(0, Frame.DATA, Frame.END_STREAM, stream.id());
      grown();
    }
  }

  private Written data(Http2Stream stream, byte[] bytes, int offset, int length, boolean end) {
    int sent = 0;
    do {
      int size = turns.allowance(stream, Math.min(length - sent, Frame.MIN_MAX_SIZE));
      if (size > 0) {
        boolean last = sent + size == length;
        pending.frame(size, Frame.DATA, last && end ? Frame.END_STREAM : 0, stream.id());
        pending.put(bytes, offset + sent, size);
        turns.sent(stream, size);
        grown();
        sent += size;
      } else {
        flush();
        if (!turns.await(stream)) {
          return Written.STALLED;
        }
        if (closed || !stream.isOpen()) {
          return Written.OVER;
        }
      }
    } while (sent < length);
    return Written.ALL;
  }

  /** One header block; a head that trailers follow at once is one with them. */
  private void headers(
      Http2Stream stream, HeaderField[] head, HeaderField[] trailers, boolean end) {
    int frame = pending.size();
    int endStream = end ? Frame.END_STREAM : 0;
    pending.frame(0, Frame.HEADERS, 0, stream.id());
    encoder.encode(head, pending);
    encoder.encode(trailers, pending);
    int length = pending.size() - frame - Frame.HEADER;
    if (length <= Frame.MIN_MAX_SIZE) {
      pending.patch(frame, length, endStream | Frame.END_HEADERS);
    } else {
      var rest = pending.cut(frame + Frame.HEADER + Frame.MIN_MAX_SIZE);
      pending.patch(frame, Frame.MIN_MAX_SIZE, endStream);
      continuation(stream.id(), rest);
    }
    grown();
  }

  private void continuation(int stream, byte[] block) {
    for (int from = 0; from < block.length; from += Frame.MIN_MAX_SIZE) {
      int size = Math.min(block.length - from, Frame.MIN_MAX_SIZE);
      boolean last = from + size == block.length;
      pending.frame(size, Frame.CONTINUATION, last ? Frame.END_HEADERS : 0, stream);
      pending.put(block, from, size);
    }
  }

  /** What nothing holds back has gathered because the client does not read. */
  private boolean isTooFull() {
    return !closed && pending.size() > capacity + CONTROL_RESERVE;
  }

  private void grown() {
    progress.incrementAndGet();
    turns.room(pending.size() < capacity);
  }

  boolean isWritable(Http2Stream stream) {
    lock.lock();
    try {
      return !closed && stream.isOpen() && turns.isWritable(stream);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds frames that no window holds back; {@link #flushNow} sends them. A client that makes the
   * server answer and does not read the answers loses its connection.
   */
  void control(Control frames) {
    boolean tooFull;
    lock.lock();
    try {
      if (!closed) {
        frames.add(pending);
      }
      tooFull = isTooFull();
    } finally {
      lock.unlock();
    }
    if (tooFull) {
      socket.fail(new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "answers are not read"));
    }
  }

  /** Writes frames into the buffer. */
  @FunctionalInterface
  interface Control {
    void add(FrameBuffer target);
  }

  void flushNow() {
    lock.lock();
    try {
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void flush() {
    if (!flushing && !closed && pending.size() > 0) {
      flushing = true;
      socket.start(this);
    }
  }

  /**
   * Gives {@link SocketWriter} what has gathered, for what it has written; null if there is no
   * more.
   */
  @Nullable FrameBuffer exchange(@Nullable FrameBuffer written, boolean idle) {
    List<Http2Stream> writable;
    FrameBuffer batch;
    lock.lock();
    try {
      if (pending.size() == 0 || closed) {
        flushing = false;
        spare = idle ? null : written;
        if (idle) {
          pending.release();
        }
        flushed.signalAll();
        return null;
      }
      batch = pending;
      pending = written != null ? written : spare != null ? spare : new FrameBuffer();
      spare = null;
      pending.clear();
      turns.room(true);
      writable = turns.takeWritable();
    } finally {
      lock.unlock();
    }
    writable.forEach(stream -> stream.handler().writable());
    return batch;
  }

  /** Ends a stream with that code, whatever its state is. */
  void reset(Http2Stream stream, ErrorCode code) {
    lock.lock();
    try {
      if (!closed && stream.isOpen()) {
        rstStream(stream.id(), code);
      }
      turns.release(stream);
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void rstStream(int stream, ErrorCode code) {
    pending.frame(4, Frame.RST_STREAM, 0, stream);
    pending.putInt(code.code());
  }

  void release(Http2Stream stream) {
    lock.lock();
    try {
      turns.release(stream);
    } finally {
      lock.unlock();
    }
  }

  int initialWindow() {
    lock.lock();
    try {
      return turns.initialWindow();
    } finally {
      lock.unlock();
    }
  }

  /** Something of the send windows changes; false if the change is not allowed. */
  boolean windows(WindowChange change) {
    boolean allowed;
    List<Http2Stream> writable;
    lock.lock();
    try {
      allowed = change.apply(turns);
      writable = turns.takeWritable();
    } finally {
      lock.unlock();
    }
    writable.forEach(stream -> stream.handler().writable());
    return allowed;
  }

  /** A change of the windows that a client gives. */
  @FunctionalInterface
  interface WindowChange {
    boolean apply(SendTurns turns);
  }

  void peerTableSize(int bytes) {
    lock.lock();
    try {
      encoder.peerTableSize(bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the socket has taken everything; false if that takes too long. */
  boolean awaitFlushed(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      flush();
      while (flushing && !closed && left > 0) {
        left = flushed.awaitNanos(left);
      }
      return !flushing && !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is sent; whoever waits here is let go. */
  void close(Iterable<Http2Stream> streams) {
    lock.lock();
    try {
      closed = true;
      turns.close(streams);
      flushed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
