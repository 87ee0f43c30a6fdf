package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.Threads;
import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts a connection's open streams, whose limit is announced to the client (RFC 9113 section
 * 5.1.2), and separately the handlers that still run after their stream has ended. While too many
 * of those run, further streams are accepted, but their handlers wait to start.
 *
 * <p>So a connection never runs more handlers than both limits together, however fast its client
 * resets streams (CVE-2023-44487), and a client within the announced limit is never refused.
 */
final class StreamPlaces {
  private static final long STREAM = 1L << 32;
  private static final long HANDLER = 1;

  private final int maxStreams;
  private final int maxLingering;
  // Both counts in one number: in the upper half the open streams, in the lower half the streams
  // that are open or whose handler still runs.
  private final AtomicLong counts = new AtomicLong();
  private final LinkedHashSet<Http2Stream> waiting = new LinkedHashSet<>(1);
  private volatile boolean anyWaiting;

  StreamPlaces(int maxStreams, int maxLingering) {
    this.maxStreams = maxStreams;
    this.maxLingering = maxLingering;
  }

  /** Acquires a permit for a stream and its handler; false at the limit. */
  boolean acquire() {
    if (counts.addAndGet(STREAM + HANDLER) >>> 32 > maxStreams) {
      counts.addAndGet(-STREAM - HANDLER);
      return false;
    }
    return true;
  }

  /** Notes that a stream has ended, even if its handler still runs. */
  void streamOver() {
    counts.addAndGet(-STREAM);
  }

  /** Notes that a stream and its handler have both ended. */
  void handlerOver() {
    counts.addAndGet(-HANDLER);
    if (anyWaiting) {
      // On another thread, because the caller may hold the connection's lock.
      Threads.start("http2-begin", this::beginWaiting);
    }
  }

  /** Whether no stream is open and no handler runs. */
  boolean isQuiet() {
    return counts.get() == 0;
  }

  private boolean isCrowded() {
    long now = counts.get();
    return (int) now - (int) (now >>> 32) >= maxLingering;
  }

  /** Whether the stream's handler may start now; otherwise it is started later. */
  boolean mayBegin(Http2Stream stream) {
    if (!anyWaiting && !isCrowded()) {
      return true;
    }
    synchronized (this) {
      // Add first, then check the count, because the other side does both in the opposite order.
      waiting.add(stream);
      anyWaiting = true;
      return !isCrowded() && forget(stream);
    }
  }

  /** Removes a stream that ended before its handler started; false if it was not waiting. */
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
