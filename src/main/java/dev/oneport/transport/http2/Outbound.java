package dev.oneport.transport.http2;

import dev.oneport.transport.http2.ResponseWriter.Written;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.FrameBuffer;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All that a connection sends, in its order. Frames are made here under one short lock; what has
 * gathered goes to the socket in one piece, by {@link SocketWriter}, outside of it.
 */
final class Outbound {
  // Answers to control frames may gather this much above the buffer's size,
  private static final int CONTROL_RESERVE = 256 << 10;
  // and each stream may end, which waits for nobody.
  private static final int END_RESERVE = 1 << 10;
  private static final int MOST = 1 << 30;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final FrameWriter frames = new FrameWriter();
  private final SendTurns turns;
  private final ResponseWriter responses;
  private final SocketWriter socket;
  private final int most;
  private @Nullable FrameBuffer spare;
  private boolean flushing;

  Outbound(SocketWriter socket, Http2Limits limits) {
    this.socket = socket;
    long reserve = CONTROL_RESERVE + (long) END_RESERVE * limits.maxConcurrentStreams();
    this.most = (int) Math.min(MOST, limits.outboundBuffer() + reserve);
    this.turns = new SendTurns(lock, limits.timeouts().stall().toNanos());
    this.responses = new ResponseWriter(frames, turns, limits.outboundBuffer(), this::flush);
  }

  /** Goes up with each frame of a response: the client gets something for its frames. */
  long progress() {
    return responses.progress();
  }

  /** Sends a part of a response, waiting for room if it may; false if the stream is over. */
  boolean write(Http2Stream stream, ResponsePart part) {
    Written written;
    boolean unread;
    lock.lock();
    try {
      written = responses.write(stream, part);
      turns.wakeNext();
      flush();
      unread = isUnread();
    } finally {
      lock.unlock();
    }
    loseIf(unread);
    if (written == Written.STALLED) {
      stream.stalled();
    }
    return written == Written.ALL;
  }

  private boolean isUnread() {
    return !turns.isClosed() && frames.pending().size() > most;
  }

  /** A client that makes the server answer and does not read the answers loses its connection. */
  private void loseIf(boolean unread) {
    if (unread) {
      socket.fail(new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "answers are not read"));
    }
  }

  /** Sends what comes before the head (RFC 9110 section 15.2). */
  void interim(Http2Stream stream, HeaderField[] fields) {
    lock.lock();
    try {
      responses.interim(stream, fields);
      flush();
    } finally {
      lock.unlock();
    }
  }

  boolean isWritable(Http2Stream stream) {
    lock.lock();
    try {
      return !turns.isOver(stream) && turns.isWritable(stream);
    } finally {
      lock.unlock();
    }
  }

  /** Adds frames that no window holds back; {@link #flushNow} sends them. */
  void control(Control control) {
    boolean unread;
    lock.lock();
    try {
      if (!turns.isClosed()) {
        control.add(frames.pending());
      }
      unread = isUnread();
    } finally {
      lock.unlock();
    }
    loseIf(unread);
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
    if (!flushing && !turns.isClosed() && frames.pending().size() > 0) {
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
      if (frames.pending().size() == 0 || turns.isClosed()) {
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

  /** Ends a stream with that code; false if it was over. */
  boolean reset(Http2Stream stream, ErrorCode code) {
    lock.lock();
    try {
      boolean ends = !turns.isOver(stream);
      if (ends) {
        frames.rstStream(stream.id(), code);
      }
      // Before its writers look, so that they see it.
      stream.close();
      turns.release(stream);
      flush();
      return ends;
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

  /** Something changes that the client decides; false if the change is not allowed. */
  boolean change(Change change) {
    boolean allowed;
    List<Http2Stream> writable;
    lock.lock();
    try {
      allowed = change.apply(turns, frames);
      writable = turns.takeWritable();
    } finally {
      lock.unlock();
    }
    writable.forEach(stream -> stream.handler().writable());
    return allowed;
  }

  /** A change of the windows that a client gives, or of its settings. */
  @FunctionalInterface
  interface Change {
    boolean apply(SendTurns turns, FrameWriter frames);
  }

  /** Whether the socket has taken everything. */
  boolean isFlushed() {
    lock.lock();
    try {
      return !flushing && frames.pending().size() == 0;
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
      while (flushing && !turns.isClosed() && left > 0) {
        left = flushed.awaitNanos(left);
      }
      return !flushing && !turns.isClosed();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is sent; whoever waits here is let go. */
  void close(Iterable<Http2Stream> streams) {
    lock.lock();
    try {
      turns.close(streams);
      flushed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
