package dev.oneport.gate;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Detects whether a call of an unknown method is a stream. It counts as one at its second message
 * in either direction, or if it stays open for a second after its answer or without a half-close.
 */
final class StreamWatch {
  private static final long CLEAR_NANOS = 1_000_000_000;

  private final UnclearCalls all;
  private final Runnable isStream;
  private final AtomicBoolean told = new AtomicBoolean();
  private final long begun = System.nanoTime();
  private volatile boolean halfClosed;
  private volatile long answered;
  private boolean asked;

  /** Runs {@code isStream} once, on the thread that detects it. */
  StreamWatch(UnclearCalls all, Runnable isStream) {
    this.all = all;
    this.isStream = isStream;
    all.add(this);
  }

  /** Counts a message from the client. */
  void received() {
    if (asked) {
      stream();
    }
    asked = true;
  }

  /** Counts a message to the client. */
  void sent() {
    if (answered != 0) {
      stream();
    }
    answered = System.nanoTime() | 1;
  }

  /** Notes the client's half-close. */
  void halfClosed() {
    halfClosed = true;
  }

  /** Checks the time; called periodically. */
  void check(long now) {
    long since = answered;
    boolean goesOn = since != 0 && now - since > CLEAR_NANOS;
    if (goesOn || (!halfClosed && now - begun > CLEAR_NANOS)) {
      stream();
    }
  }

  private void stream() {
    if (told.compareAndSet(false, true)) {
      all.remove(this);
      isStream.run();
    }
  }

  /** Stops watching. */
  void stop() {
    told.set(true);
    all.remove(this);
  }
}
