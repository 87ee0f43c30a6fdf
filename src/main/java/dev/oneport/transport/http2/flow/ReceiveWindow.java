package dev.oneport.transport.http2.flow;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The peer's window for all streams together (RFC 9113 section 6.9). It is returned when bytes have
 * been read, which bounds the unread bytes of a connection.
 */
public final class ReceiveWindow {
  private final int size;
  private final AtomicInteger left;
  private final AtomicInteger uncredited = new AtomicInteger();

  public ReceiveWindow(int size) {
    this.size = size;
    this.left = new AtomicInteger(size);
  }

  /** Subtracts a frame's length; false if it exceeds the window. */
  public boolean received(int length) {
    return left.addAndGet(-length) >= 0;
  }

  /** Counts bytes as read or dropped; returns the window to return to the peer now, or 0. */
  public int credit(int length) {
    if (uncredited.addAndGet(length) < size / 2) {
      return 0;
    }
    int credit = uncredited.getAndSet(0);
    left.addAndGet(credit);
    return credit;
  }
}
