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
 * All that a connection sends, in its order. Frames are made here under one short lock; what has
 * gathered goes to the socket in one piece, by {@link SocketWriter}, outside of it.
 */
public final class Outbound {
  // Answers to control frames may gather this much above the buffer's size,
  private static final int CONTROL_RESERVE = 256 << 10;
  // and each stream may end, which waits for nobody.
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
   * Sends through that writer.
   *
   * @param capacity what waits to be written before writers are held up, in bytes
   * @param maxStreams how many streams there are at once, at most
   * @param stall how long a stream may be left without window while it has something to send
   */
  public Outbound(SocketWriter socket, int capacity, int maxStreams, Duration stall) {
    this.socket = socket;
    long reserve = CONTROL_RESERVE + (long) END_RESERVE * maxStreams;
    this.most = (int) Math.min(MOST, capacity + reserve);
    this.turns = new SendTurns(lock, stall.toNanos());
    this.parts = new PartWriter(frames, turns, capacity, this::flush);
  }

  /** Goes up with each frame of a stream: the peer gets something for its frames. */
  public long progress() {
    return parts.progress();
  }

  /**
   * Begins a stream that this side opens: {@code opened} gives it its number, and what it is given
   * is sent next, so that streams begin in the order of their numbers. False if it could not begin,
   * or is over.
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

  /** Sends a part of a stream, waiting for room if it may; false if the stream is over. */
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

  /** A peer that makes this side answer and does not read the answers loses its connection. */
  private void loseIf(boolean unread) {
    if (unread) {
      socket.fail(new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "answers are not read"));
    }
  }

  /** A frame of which only a part was made would swallow all that follow it. */
  private void loseUnless(boolean made) {
    if (!made) {
      socket.fail(new IllegalStateException("a frame could not be made"));
    }
  }

  /** Sends what comes before the head (RFC 9110 section 15.2). */
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

  /** Adds frames that no window holds back; {@link #flushNow} sends them. */
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
      // In this order: without a thread the next attempt must start one.
      socket.start(this);
      flushing = true;
    }
  }

  /**
   * Gives {@link SocketWriter} what has gathered, for what it has written; null if there is no
   * more.
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

  /** Ends a stream with that code; false if it was over. */
  public boolean reset(SendingStream stream, ErrorCode code) {
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

  /** The peer gives more window to the connection; false if that is more than there may be. */
  public boolean connectionUpdate(int increment) {
    return change((turns, _) -> turns.connectionUpdate(increment));
  }

  /** The peer gives more window to a stream; false if that is more than there may be. */
  public boolean streamUpdate(SendingStream stream, int increment) {
    return change((turns, _) -> turns.streamUpdate(stream, increment));
  }

  /** Something changes that the peer decides; false if the change is not allowed. */
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

  /** A change of the windows that a peer gives, or of its settings. */
  @FunctionalInterface
  interface Change {
    boolean apply(SendTurns turns, FrameWriter frames);
  }

  /** Whether the socket has taken everything. */
  public boolean isFlushed() {
    lock.lock();
    try {
      return !flushing && frames.pending().size() == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the socket has taken everything; false if that takes too long. */
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

  /** Nothing more is sent; whoever waits here is let go. */
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
