package dev.oneport.transport.http1;

import dev.oneport.transport.HeadMemory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The heads of more than {@link #FREE} bytes on all connections. When their memory is used up, the
 * incomplete head that began first gives way, and its connection is closed: clients send a head at
 * once, so the oldest one is the least likely to become a request.
 */
final class LargeHeads {
  /** What every connection has room for. */
  static final int FREE = 8 << 10;

  /** A head is there as bytes and as text. */
  private static final int COPIES = 2;

  private final HeadMemory memory;
  private final LinkedHashSet<Share> incomplete = new LinkedHashSet<>();

  LargeHeads(HeadMemory memory) {
    this.memory = memory;
  }

  /**
   * The share of one connection.
   *
   * @param close closes the connection
   */
  Share share(Runnable close) {
    return new Share(close);
  }

  /** One connection's current head; used by the connection's thread. */
  final class Share {
    private final Runnable close;

    /** Guarded by the monitor of the heads. */
    private long held;

    private boolean large;

    private Share(Runnable close) {
      this.close = close;
    }

    /** The head has that many bytes, and is incomplete; false if no memory is left for it. */
    boolean growTo(int bytes) {
      if (bytes <= FREE) {
        return true;
      }
      large = true;
      return grow(this, (long) bytes * COPIES);
    }

    /** The head is complete, and keeps its memory until its request is over. */
    void complete() {
      if (large) {
        keep(this);
      }
    }

    /** The request is over, or the connection. */
    void release() {
      if (large) {
        large = false;
        drop(this);
      }
    }
  }

  private boolean grow(Share share, long bytes) {
    var given = new ArrayList<Share>(0);
    boolean fits;
    synchronized (this) {
      incomplete.add(share);
      fits = fit(share, bytes, given);
      if (!fits) {
        drop(share);
      }
    }
    given.forEach(each -> each.close.run());
    return fits;
  }

  private boolean fit(Share share, long bytes, List<Share> given) {
    while (!memory.tryHold(bytes - share.held)) {
      var oldest = incomplete.stream().filter(each -> each != share).findFirst();
      if (oldest.isEmpty()) {
        return false;
      }
      drop(oldest.get());
      given.add(oldest.get());
    }
    share.held = bytes;
    return true;
  }

  private synchronized void keep(Share share) {
    incomplete.remove(share);
  }

  private synchronized void drop(Share share) {
    incomplete.remove(share);
    memory.release(share.held);
    share.held = 0;
  }
}
