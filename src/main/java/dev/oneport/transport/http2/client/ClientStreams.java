package dev.oneport.transport.http2.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The streams of a connection that are open, and how many more may be. */
final class ClientStreams {
  private static final int LAST = Integer.MAX_VALUE - 2;

  private final int most;
  private final Map<Integer, ClientStream> open = new ConcurrentHashMap<>(4);
  // Places that are taken: of open streams, and of those that are about to be opened.
  private final AtomicInteger taken = new AtomicInteger();
  private volatile int allowed;
  private volatile boolean leaving;
  private volatile int next = 1;

  ClientStreams(int most) {
    this.most = most;
    this.allowed = most;
  }

  /** The server takes so many at once. */
  void allow(int streams) {
    allowed = Math.min(most, streams);
  }

  /** No more streams are opened. */
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

  /** How many places are taken. */
  int taken() {
    return taken.get();
  }

  /**
   * Gives a stream its number; under the lock of Outbound, as {@link #leave} is where it matters.
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

  /** The stream is over; gives its place back. Called once for each place. */
  void remove(ClientStream stream) {
    if (stream.id() != 0) {
      open.remove(stream.id());
    }
    taken.decrementAndGet();
  }

  @Nullable ClientStream get(int id) {
    return open.get(id);
  }

  /** Whether a stream of that number was never opened. */
  boolean isIdle(int id) {
    return (id & 1) == 0 || id >= next;
  }

  boolean isEmpty() {
    return taken.get() == 0;
  }

  Collection<ClientStream> all() {
    return open.values();
  }

  /** Those above that number. */
  List<ClientStream> above(int id) {
    return open.values().stream().filter(stream -> stream.id() > id).toList();
  }
}
