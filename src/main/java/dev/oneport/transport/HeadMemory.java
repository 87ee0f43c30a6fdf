package dev.oneport.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that the heads of all requests take together. Other limits bound one head, and
 * how many a connection may have; many connections within those would fill the heap, without a
 * credential and without a call.
 */
public final class HeadMemory {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  public HeadMemory(long bytes) {
    this.most = bytes;
  }

  /** A part of the heap. */
  public static HeadMemory ofHeap(int part) {
    return new HeadMemory(Runtime.getRuntime().maxMemory() / part);
  }

  /** Holds that many bytes more; false, and nothing is held, if they are not free. */
  public boolean tryHold(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    release(bytes);
    return false;
  }

  public void release(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Bytes that are held now. */
  public long held() {
    return held.get();
  }
}
