package dev.oneport.gate;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds out whether a call is a stream, of a method of which nobody here knows that. It is taken
 * for one when its second message comes, whichever way, or when it stays open though it has been
 * answered, or though its client has more to say.
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

  /** Tells {@code isStream} once, on whichever thread finds it out. */
  StreamWatch(UnclearCalls all, Runnable isStream) {
    this.all = all;
    this.isStream = isStream;
    all.add(this);
  }

  /** The client has sent a message. */
  void in() {
    if (asked) {
      stream();
    }
    asked = true;
  }

  /** A message is sent to the client. */
  void out() {
    if (answered != 0) {
      stream();
    }
    answered = System.nanoTime() | 1;
  }

  /** The client has no more to say. */
  void halfClosed() {
    halfClosed = true;
  }

  /** Called every now and then. */
  void look(long now) {
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

  /** The call is over. */
  void over() {
    told.set(true);
    all.remove(this);
  }
}
