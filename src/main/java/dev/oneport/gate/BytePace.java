package dev.oneport.gate;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;

/**
 * Slows what a client sends to its quota of bytes a second: nothing more is read meanwhile, so flow
 * control makes the client wait.
 */
final class BytePace {
  /** How long it may take to notice that the call has ended. */
  private static final long PIECE = 50_000_000;

  private final Admission admission;

  BytePace(Admission admission) {
    this.admission = admission;
  }

  /** Counts received bytes, and waits as long as they exceed the quota and the call is open. */
  void received(long bytes) {
    long wait = admission.meter().bytes(bytes);
    if (wait > 0) {
      pause(wait);
    }
  }

  private void pause(long wait) {
    long until = System.nanoTime() + wait;
    long left = wait;
    while (left > 0 && !admission.isOver() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, Math.min(left, PIECE));
      left = until - System.nanoTime();
    }
  }

  /** A request's body that is read at this pace. */
  InputStream slowed(InputStream body) {
    return new FilterInputStream(body) {
      @Override
      public int read() throws IOException {
        int value = in.read();
        received(value < 0 ? 0 : 1);
        return value;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        received(Math.max(0, read));
        return read;
      }
    };
  }
}
