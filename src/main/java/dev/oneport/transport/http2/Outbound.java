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
  private final FrameWriter frames = new FrameWriter();
  private final AtomicLong progress = new AtomicLong();
  private final SendTurns turns;
  private final SocketWriter socket;
  private final int capacity;
  private @Nullable FrameBuffer spare;
  private boolean flushing;
  private boolean closed;

  Outbound(SocketWriter socket, Http2Limits limits) {
    this.socket = socket;
    this.capacity = limits.outboundBuffer();
    this.turns = new SendTurns(lock, limits.timeouts().stall().toNanos());
  }

  /** Goes up with each frame of a response: the client gets something for its frames. */
  long progress() {
    return progress.get();
  }

  /** Sends a part of a response, waiting for room if it may; false if the stream is over. */
  boolean write(Http2Stream stream, ResponsePart part) {
    Written written;
    lock.lock();
    try {
      written = append(stream, part);
      turns.wakeNext();
      flush();
    } finally {
      lock.unlock();
    }
    checkRead();
    if (written == Written.STALLED) {
      stream.stalled();
    }
    return written == Written.ALL;
  }

  private Written append(Http2Stream stream, ResponsePart part) {
    if (closed || !stream.isOpen() || (part.mayWait() && !turns.awaitRoom(stream))) {
      return Written.OVER;
    }
    var head = stream.headSent ? Http2Stream.NO_FIELDS : part.head();
    stream.headSent |= head.length > 0;
    var written = Written.ALL;
    if (part.length() > 0) {
      if (head.length > 0) {
        headers(stream, head, Http2Stream.NO_FIELDS, false);
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

  private void withoutBody(Http2Stream stream, HeaderField[] head, ResponsePart part) {
    if (head.length > 0 || part.hasTrailers()) {
      headers(stream, head, part.trailers(), part.end());
    } else if (part.end()) {
      frames.data(stream.id(), part.bytes(), 0, 0, true);
      grown();
    }
  }

  private Written body(Http2Stream stream, ResponsePart part) {
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
        flush();
        if (!turns.await(stream)) {
          return Written.STALLED;
        }
        if (closed || !stream.isOpen()) {
          return Written.OVER;
        }
      }
    }
    if (part.hasTrailers()) {
      headers(stream, Http2Stream.NO_FIELDS, part.trailers(), true);
    }
    return Written.ALL;
  }

  private void headers(
      Http2Stream stream, HeaderField[] head, HeaderField[] trailers, boolean end) {
    frames.headers(stream.id(), head, trailers, end);
    grown();
  }

  private void end(Http2Stream stream) {
    if (stream.localEnded()) {
      frames.rstStream(stream.id(), ErrorCode.NO_ERROR);
    }
    // The end may come from another thread than the one that waits to write.
    turns.release(stream);
  }

  private void grown() {
    progress.incrementAndGet();
    turns.room(frames.pending().size() < capacity);
  }

  /** A client that makes the server answer and does not read the answers loses its connection. */
  private void checkRead() {
    boolean tooMuch;
    lock.lock();
    try {
      tooMuch = !closed && frames.pending().size() > capacity + CONTROL_RESERVE;
    } finally {
      lock.unlock();
    }
    if (tooMuch) {
      socket.fail(new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "answers are not read"));
    }
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

  boolean isWritable(Http2Stream stream) {
    lock.lock();
    try {
      return !closed && stream.isOpen() && turns.isWritable(stream);
    } finally {
      lock.unlock();
    }
  }

  /** Adds frames that no window holds back; {@link #flushNow} sends them. */
  void control(Control control) {
    lock.lock();
    try {
      if (!closed) {
        control.add(frames.pending());
      }
    } finally {
      lock.unlock();
    }
    checkRead();
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
    if (!flushing && !closed && frames.pending().size() > 0) {
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
      if (frames.pending().size() == 0 || closed) {
        rest(written, idle);
        return null;
      }
      batch = frames.exchange(empty(written));
      turns.room(true);
      writable = turns.takeWritable();
    } finally {
      lock.unlock();
    }
    writable.forEach(stream -> stream.handler().writable());
    return batch;
  }

  private FrameBuffer empty(@Nullable FrameBuffer written) {
    var empty = written != null ? written : spare != null ? spare : new FrameBuffer();
    spare = null;
    empty.clear();
    return empty;
  }

  private void rest(@Nullable FrameBuffer written, boolean idle) {
    flushing = false;
    spare = idle ? null : written;
    if (idle) {
      frames.pending().release();
    }
    flushed.signalAll();
  }

  /** Ends a stream with that code, whatever its state is. */
  void reset(Http2Stream stream, ErrorCode code) {
    lock.lock();
    try {
      if (!closed && stream.isOpen()) {
        frames.rstStream(stream.id(), code);
      }
      // Before its writers look, so that they see it.
      stream.close();
      turns.release(stream);
      flush();
    } finally {
      lock.unlock();
    }
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
      frames.peerTableSize(bytes);
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
