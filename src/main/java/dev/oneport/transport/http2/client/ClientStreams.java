package dev.oneport.transport.http2.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The open streams of a connection, and the limit on them. */
final class ClientStreams {
  private static final int LAST = Integer.MAX_VALUE - 2;

  private final int most;
  private final Map<Integer, ClientStream> open = new ConcurrentHashMap<>(4);
  // Acquired permits: of open streams, and of streams about to be opened.
  private final AtomicInteger taken = new AtomicInteger();
  private volatile int allowed;
  private volatile boolean leaving;
  private volatile int next = 1;

  ClientStreams(int most) {
    this.most = most;
    this.allowed = most;
  }

  /** Sets the server's limit on concurrent streams. */
  void allow(int streams) {
    allowed = Math.min(most, streams);
  }

  /** Opens no more streams. */
  void leave() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  boolean acquire() {
    if (leaving) {
      return false;
    }
    if (taken.incrementAndGet() > allowed) {
      taken.decrementAndGet();
      return false;
    }
    return true;
  }

  /** The number of acquired permits. */
  int taken() {
    return taken.get();
  }

  /**
   * Assigns a stream's id; guarded by the lock of Outbound, as {@link #leave} is when it matters.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  boolean open(ClientStream stream) {
    if (leaving || stream.isOver()) {
      return false;
    }
    stream.opened(next);
    open.put(next, stream);
    next = next + 2;
    if (next >= LAST) {
      leaving = true;
    }
    return true;
  }

  /** Removes a stream that has ended and releases its permit; called once for each permit. */
  void remove(ClientStream stream) {
    if (stream.id() != 0) {
      open.remove(stream.id());
    }
    taken.decrementAndGet();
  }

  @Nullable ClientStream get(int id) {
    return open.get(id);
  }

  /** Whether a stream with this id was never opened. */
  boolean isIdle(int id) {
    return (id & 1) == 0 || id >= next;
  }

  boolean isEmpty() {
    return taken.get() == 0;
  }

  Collection<ClientStream> all() {
    return open.values();
  }

  /** The streams above this id. */
  List<ClientStream> above(int id) {
    return open.values().stream().filter(stream -> stream.id() > id).toList();
  }
}
