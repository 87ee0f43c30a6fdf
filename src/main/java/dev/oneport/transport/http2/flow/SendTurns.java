package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.Frame;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides which stream may send how much (RFC 9113 section 5.2), while the others wait. Streams
 * that wait for the connection's window take turns, each for one frame, so that none uses the whole
 * window. Guarded by the lock of {@link Outbound}.
 */
final class SendTurns {
  private static final int LARGEST_WINDOW = Integer.MAX_VALUE;

  private final ReentrantLock lock;
  private final Condition roomFree;
  private final long stallNanos;
  // Each contains a stream at most once, however often the peer changes its window.
  private final LinkedHashSet<SendingStream> queue = new LinkedHashSet<>(1);
  private final LinkedHashSet<SendingStream> toNotify = new LinkedHashSet<>(1);
  private long window = Frame.DEFAULT_WINDOW;
  private int initialWindow = Frame.DEFAULT_WINDOW;
  private boolean room = true;
  private boolean closed;

  SendTurns(ReentrantLock lock, long stallNanos) {
    this.lock = lock;
    this.roomFree = lock.newCondition();
    this.stallNanos = stallNanos;
  }

  int initialWindow() {
    return initialWindow;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether nothing more may be sent on the stream. */
  boolean isOver(SendingStream stream) {
    return closed || !stream.isOpen();
  }

  /** How many of the {@code wanted} bytes the stream may send now. */
  int allowance(SendingStream stream, int wanted) {
    return room ? Math.clamp(Math.min(window, stream.sendWindow), 0, wanted) : 0;
  }

  void sent(SendingStream stream, int length) {
    window -= length;
    stream.sendWindow -= length;
  }

  /** Whether the stream can send now; if not, {@link #takeWritable} returns it once it can. */
  boolean isWritable(SendingStream stream) {
    if (allowance(stream, 1) > 0) {
      return true;
    }
    toNotify.add(stream);
    return false;
  }

  /** Removes and returns the streams that have become writable again. */
  List<SendingStream> takeWritable() {
    if (toNotify.isEmpty()) {
      return List.of();
    }
    var result = new ArrayList<SendingStream>();
    toNotify.removeIf(
        stream -> {
          boolean due = allowance(stream, 1) > 0;
          if (due) {
            result.add(stream);
          }
          return due;
        });
    return result;
  }

  /** Waits until enough pending bytes have been written to the socket. */
  boolean awaitRoom(SendingStream stream) {
    boolean interrupted = false;
    while (!room && !isOver(stream)) {
      try {
        roomFree.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    restore(interrupted);
    return !isOver(stream);
  }

  /** Waits for the stream's turn; false if the peer has given no window for too long. */
  boolean await(SendingStream stream) {
    var unblocked = stream.unblocked;
    if (unblocked == null) {
      unblocked = lock.newCondition();
      stream.unblocked = unblocked;
    }
    stream.blocked = true;
    if (stream.sendWindow > 0) {
      queue.add(stream);
    }
    wakeNext();
    long left = stallNanos;
    boolean interrupted = false;
    while (stream.blocked && left > 0) {
      try {
        left = unblocked.awaitNanos(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    restore(interrupted);
    return !stillBlocked(stream);
  }

  private boolean stillBlocked(SendingStream stream) {
    boolean blocked = stream.blocked;
    if (blocked) {
      stream.blocked = false;
      queue.remove(stream);
    }
    return blocked;
  }

  // An interrupt must not split a frame, so it is restored for the caller.
  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Wakes the first stream that waits for the connection; it wakes the next one when it is done.
   */
  void wakeNext() {
    if (room && window > 0 && !queue.isEmpty()) {
      release(queue.getFirst());
    }
  }

  /** Wakes the writers of a stream, to continue or to see that it has ended. */
  void release(SendingStream stream) {
    if (stream.unblocked != null) {
      stream.blocked = false;
      queue.remove(stream);
      stream.unblocked.signalAll();
    }
    if (!toNotify.isEmpty() && !stream.isOpen()) {
      toNotify.remove(stream);
    }
    if (lock.hasWaiters(roomFree)) {
      roomFree.signalAll();
    }
  }

  void room(boolean free) {
    boolean freed = free && !room;
    room = free;
    if (freed) {
      roomFree.signalAll();
      wakeNext();
    }
  }

  /** Adds window to the connection; false if it exceeds the maximum (RFC 9113 section 6.9.1). */
  boolean connectionUpdate(int increment) {
    window += increment;
    if (window > LARGEST_WINDOW) {
      return false;
    }
    wakeNext();
    return true;
  }

  boolean streamUpdate(SendingStream stream, int increment) {
    long sum = (long) stream.sendWindow + increment;
    if (sum > LARGEST_WINDOW) {
      return false;
    }
    boolean opened = stream.sendWindow <= 0 && sum > 0;
    stream.sendWindow = (int) sum;
    if (opened && stream.blocked) {
      queue.add(stream);
      wakeNext();
    }
    return true;
  }

  /** Changes all windows by the peer's SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 section 6.9.2). */
  boolean initialWindow(int size, Iterable<? extends SendingStream> streams) {
    int change = size - initialWindow;
    initialWindow = size;
    for (var stream : streams) {
      if (!streamUpdate(stream, change)) {
        return false;
      }
    }
    return true;
  }

  void close(Iterable<? extends SendingStream> streams) {
    closed = true;
    streams.forEach(this::release);
    roomFree.signalAll();
  }
}
