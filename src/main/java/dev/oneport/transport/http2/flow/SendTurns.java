package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.Frame;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides which stream may send how much now (RFC 9113 section 5.2), and lets the others wait.
 * Those that wait for the connection are let go one after the other, each for a frame, so that none
 * takes the whole window. Everything here happens under the lock of {@link Outbound}.
 */
final class SendTurns {
  private static final int LARGEST_WINDOW = Integer.MAX_VALUE;

  private final ReentrantLock lock;
  private final Condition roomFree;
  private final long stallNanos;
  // A stream is in each of them once, however often its peer changes its window.
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

  /** Whether nothing of that stream may be sent any more. */
  boolean isOver(SendingStream stream) {
    return closed || !stream.isOpen();
  }

  /** How much of {@code wanted} the stream may send now. */
  int allowance(SendingStream stream, int wanted) {
    return room ? Math.clamp(Math.min(window, stream.sendWindow), 0, wanted) : 0;
  }

  void sent(SendingStream stream, int length) {
    window -= length;
    stream.sendWindow -= length;
  }

  /** A no is followed by the stream's place in {@link #takeWritable}, once that has changed. */
  boolean isWritable(SendingStream stream) {
    if (allowance(stream, 1) > 0) {
      return true;
    }
    toNotify.add(stream);
    return false;
  }

  /** The streams that can be written again and were told that they cannot. */
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

  /** Waits until the socket has taken enough of what was written before. */
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

  /** Waits for the stream's turn; false if the peer gave no window for too long. */
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

  // Nobody's interrupt may cut a frame in two: it is kept for the code that called.
  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the first that waits for the connection go; it does the same when it is done. */
  void wakeNext() {
    if (room && window > 0 && !queue.isEmpty()) {
      release(queue.getFirst());
    }
  }

  /** Lets the writers of this stream go on, or see that the stream is over. */
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

  /** False if the window would grow beyond what it may be (RFC 9113 section 6.9.1). */
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

  /** The peer's SETTINGS_INITIAL_WINDOW_SIZE changes all windows (RFC 9113 section 6.9.2). */
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
