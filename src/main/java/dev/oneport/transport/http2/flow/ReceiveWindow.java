package dev.oneport.transport.http2.flow;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the peer may still send on all streams together (RFC 9113 section 6.9). Bytes come back when
 * they have been read, so that what waits to be read on a connection is bounded.
 */
public final class ReceiveWindow {
  private final int size;
  private final AtomicInteger left;
  private final AtomicInteger uncredited = new AtomicInteger();

  public ReceiveWindow(int size) {
    this.size = size;
    this.left = new AtomicInteger(size);
  }

  /** Takes a frame's length off; false if the peer had no window for it. */
  public boolean received(int length) {
    return left.addAndGet(-length) >= 0;
  }

  /** Bytes were read or dropped; returns the window to give back to the peer now, or 0. */
  public int credit(int length) {
    if (uncredited.addAndGet(length) < size / 2) {
      return 0;
    }
    int credit = uncredited.getAndSet(0);
    left.addAndGet(credit);
    return credit;
  }
}
