package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.flow.PartWriter.Written;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.FrameBuffer;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a connection sends, in order. Frames are created under one short lock; {@link
 * SocketWriter} writes the pending frames to the socket in one piece, outside the lock.
 */
public final class Outbound {
  // Answers to control frames may exceed the buffer's size by this much,
  private static final int CONTROL_RESERVE = 256 << 10;
  // and each stream may end without waiting.
  private static final int END_RESERVE = 1 << 10;
  private static final int MOST = 1 << 30;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private final FrameWriter frames = new FrameWriter();
  private final SendTurns turns;
  private final PartWriter parts;
  private final SocketWriter socket;
  private final int most;
  private @Nullable FrameBuffer spare;
  private boolean flushing;

  /**
   * Creates the output of one connection.
   *
   * @param capacity the bytes waiting to be written above which writers block
   * @param maxStreams the most concurrent streams
   * @param stall how long a peer may give a stream no window while it wants to send
   */
  public Outbound(SocketWriter socket, int capacity, int maxStreams, Duration stall) {
    this.socket = socket;
    long reserve = CONTROL_RESERVE + (long) END_RESERVE * maxStreams;
    this.most = (int) Math.min(MOST, capacity + reserve);
    this.turns = new SendTurns(lock, stall.toNanos());
    this.parts = new PartWriter(frames, turns, capacity, this::flush);
  }

  /** The number of stream frames sent, which allow the peer further frames. */
  public long progress() {
    return parts.progress();
  }

  /**
   * Begins a stream that this side opens. {@code opened} assigns its id, and the part is sent next,
   * so that streams begin in the order of their ids. False if the stream could not begin or has
   * ended.
   */
  public boolean begin(SendingStream stream, BooleanSupplier opened, StreamPart part) {
    Written written;
    boolean made = false;
    lock.lock();
    try {
      if (!turns.awaitRoom(stream) || !opened.getAsBoolean()) {
        made = true;
        return false;
      }
      stream.sendWindow = turns.initialWindow();
      written = parts.write(stream, part);
      turns.wakeNext();
      flush();
      made = true;
    } finally {
      lock.unlock();
      loseUnless(made);
    }
    if (written == Written.STALLED) {
      stream.stalled();
    }
    return written == Written.ALL;
  }

  /** Sends a part of a stream, and waits for window if it may; false if the stream has ended. */
  public boolean write(SendingStream stream, StreamPart part) {
    Written written;
    boolean unread;
    boolean made = false;
    lock.lock();
    try {
      written = parts.write(stream, part);
      turns.wakeNext();
      flush();
      unread = isUnread();
      made = true;
    } finally {
      lock.unlock();
      loseUnless(made);
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

  /** Closes the connection of a peer that does not read the answers to its frames. */
  private void loseIf(boolean unread) {
    if (unread) {
      socket.fail(new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "answers are not read"));
    }
  }

  /** Closes the connection if a frame is incomplete, because it would corrupt all later frames. */
  private void loseUnless(boolean made) {
    if (!made) {
      socket.fail(new IllegalStateException("a frame could not be made"));
    }
  }

  /** Sends an interim response (RFC 9110 section 15.2). */
  public void interim(SendingStream stream, HeaderField[] fields) {
    boolean made = false;
    lock.lock();
    try {
      parts.interim(stream, fields);
      flush();
      made = true;
    } finally {
      lock.unlock();
      loseUnless(made);
    }
  }

  public boolean isWritable(SendingStream stream) {
    lock.lock();
    try {
      return !turns.isOver(stream) && turns.isWritable(stream);
    } finally {
      lock.unlock();
    }
  }

  /** Adds frames without flow control; {@link #flushNow} sends them. */
  public void control(Control control) {
    boolean unread;
    boolean made = false;
    lock.lock();
    try {
      if (!turns.isClosed()) {
        control.add(frames.pending());
      }
      unread = isUnread();
      made = true;
    } finally {
      lock.unlock();
      loseUnless(made);
    }
    loseIf(unread);
  }

  /** Writes frames into the buffer. */
  @FunctionalInterface
  public interface Control {
    void add(FrameBuffer target);
  }

  public void flushNow() {
    lock.lock();
    try {
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void flush() {
    if (!flushing && !turns.isClosed() && frames.pending().size() > 0) {
      // In this order: if no thread runs, the next attempt must start one.
      socket.start(this);
      flushing = true;
    }
  }

  /**
   * Exchanges the buffer that {@link SocketWriter} has written for the pending frames; null if
   * there are none.
   */
  @Nullable FrameBuffer exchange(@Nullable FrameBuffer written, boolean idle) {
    List<SendingStream> writable;
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
    writable.forEach(SendingStream::writable);
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

  /** Resets a stream with this code; false if it had already ended. */
  public boolean reset(SendingStream stream, ErrorCode code) {
    lock.lock();
    try {
      boolean ends = !turns.isOver(stream);
      if (ends) {
        frames.rstStream(stream.id(), code);
      }
      // Before its writers wake, so that they see it.
      stream.close();
      turns.release(stream);
      flush();
      return ends;
    } finally {
      lock.unlock();
    }
  }

  public void release(SendingStream stream) {
    lock.lock();
    try {
      turns.release(stream);
    } finally {
      lock.unlock();
    }
  }

  public int initialWindow() {
    lock.lock();
    try {
      return turns.initialWindow();
    } finally {
      lock.unlock();
    }
  }

  /** Adds window to the connection; false if it exceeds the maximum. */
  public boolean connectionUpdate(int increment) {
    return change((turns, _) -> turns.connectionUpdate(increment));
  }

  /** Adds window to a stream; false if it exceeds the maximum. */
  public boolean streamUpdate(SendingStream stream, int increment) {
    return change((turns, _) -> turns.streamUpdate(stream, increment));
  }

  /** Applies a change by the peer; false if it is not allowed. */
  boolean change(Change change) {
    boolean allowed;
    List<SendingStream> writable;
    lock.lock();
    try {
      allowed = change.apply(turns, frames);
      writable = turns.takeWritable();
    } finally {
      lock.unlock();
    }
    writable.forEach(SendingStream::writable);
    return allowed;
  }

  /** A change of the peer's windows or settings. */
  @FunctionalInterface
  interface Change {
    boolean apply(SendTurns turns, FrameWriter frames);
  }

  /** Whether everything has been written to the socket. */
  public boolean isFlushed() {
    lock.lock();
    try {
      return !flushing && frames.pending().size() == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything has been written to the socket; false on timeout. */
  public boolean awaitFlushed(long nanos) throws InterruptedException {
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

  /** Sends no more frames, and releases all waiting threads. */
  public void close(Iterable<? extends SendingStream> streams) {
    lock.lock();
    try {
      turns.close(streams);
      flushed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
