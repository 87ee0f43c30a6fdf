package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.Threads;
import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the streams of a connection as RFC 9113 section 5.1.2 does, which is what was announced to
 * the client, and apart from them the handlers that still work though their stream is over. While
 * there are too many of the latter, no further handler begins: its stream is taken, and waits.
 *
 * <p>So a connection never has more handlers than both limits together, however fast its client
 * resets streams (CVE-2023-44487), and a client that keeps the announced limit is never refused.
 */
final class StreamPlaces {
  private static final long STREAM = 1L << 32;
  private static final long HANDLER = 1;

  private final int maxStreams;
  private final int maxLingering;
  // Both counts in one number: open streams above, below them what is not over in both respects.
  private final AtomicLong counts = new AtomicLong();
  private final LinkedHashSet<Http2Stream> waiting = new LinkedHashSet<>(1);
  private volatile boolean anyWaiting;

  StreamPlaces(int maxStreams, int maxLingering) {
    this.maxStreams = maxStreams;
    this.maxLingering = maxLingering;
  }

  /** Takes a place for a stream and its handler; false if there is none. */
  boolean acquire() {
    if (counts.addAndGet(STREAM + HANDLER) >>> 32 > maxStreams) {
      counts.addAndGet(-STREAM - HANDLER);
      return false;
    }
    return true;
  }

  /** The stream is closed, whatever its handler does. */
  void streamOver() {
    counts.addAndGet(-STREAM);
  }

  /** The stream and its handler are both over. */
  void handlerOver() {
    counts.addAndGet(-HANDLER);
    if (anyWaiting) {
      // On its own thread: whoever ends here may hold the connection's lock.
      Threads.start("http2-begin", this::beginWaiting);
    }
  }

  /** Whether neither a stream nor a handler is left. */
  boolean isQuiet() {
    return counts.get() == 0;
  }

  private boolean isCrowded() {
    long now = counts.get();
    return (int) now - (int) (now >>> 32) >= maxLingering;
  }

  /** Whether the stream's handler may begin; if not it is begun later. */
  boolean mayBegin(Http2Stream stream) {
    if (!anyWaiting && !isCrowded()) {
      return true;
    }
    synchronized (this) {
      // First this, and then the count: the other side does both the other way round.
      waiting.add(stream);
      anyWaiting = true;
      return !isCrowded() && forget(stream);
    }
  }

  /** The stream ended before its handler began; false if it does not wait. */
  synchronized boolean forget(Http2Stream stream) {
    boolean waited = waiting.remove(stream);
    anyWaiting = !waiting.isEmpty();
    return waited;
  }

  boolean anyWaiting() {
    return anyWaiting;
  }

  private void beginWaiting() {
    while (true) {
      Http2Stream next;
      synchronized (this) {
        if (waiting.isEmpty() || isCrowded()) {
          return;
        }
        next = waiting.removeFirst();
        anyWaiting = !waiting.isEmpty();
      }
      next.begin();
    }
  }
}
