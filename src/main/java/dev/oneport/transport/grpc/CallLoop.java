package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.Threads;
import io.grpc.Context;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call's listener hear what happens, one thing after the other. Has a thread only while
 * there is something to hear: a call that waits for its client costs no thread, and none can be
 * left behind.
 */
final class CallLoop implements StreamHandler {
  private enum Step {
    START,
    READY,
    MESSAGE,
    HALF_CLOSE,
    COMPLETE,
    CANCEL,
    REST
  }

  private final Http2Stream stream;
  private final MessageReader reader;
  private final Context.CancellableContext context;
  private final CallEvents events;

  // These belong to this object's monitor.
  private int signals;
  private boolean running;
  private @Nullable Thread interruptible;
  private long requested;
  private boolean readyDue;
  private @Nullable Step end;
  private @Nullable Throwable cancelCause;

  // These belong to the loop.
  private boolean started;
  private boolean halfClosed;
  private boolean over;
  private @Nullable InputStream message;

  CallLoop(
      Http2Stream stream,
      MessageReader reader,
      Context.CancellableContext context,
      CallEvents events) {
    this.stream = stream;
    this.reader = reader;
    this.context = context;
    this.events = events;
  }

  @Override
  public void begin() {
    signal();
  }

  @Override
  public void arrived() {
    signal();
  }

  @Override
  public void quiet() {
    events.quiet();
  }

  @Override
  public synchronized void writable() {
    readyDue = true;
    signal();
  }

  @Override
  public void ended() {
    events.lost();
  }

  synchronized void request(int count) {
    requested += count;
    signal();
  }

  /** The handler has closed the call, and the client has got that. */
  synchronized void complete() {
    if (end == null) {
      end = Step.COMPLETE;
      signal();
    }
  }

  /** The call is over before its handler closed it; the handler is told in every way there is. */
  void cancel(Throwable cause) {
    boolean busy;
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = Step.CANCEL;
      cancelCause = cause;
      busy = running;
      if (interruptible != null
          && !interruptible.equals(Thread.currentThread())
          && stream.limits().interruptOnCancel()) {
        interruptible.interrupt();
      }
      signal();
    }
    if (busy) {
      // Whoever listens to the context may be what the busy handler waits for.
      Threads.start("grpc-cancel", () -> context.cancel(cause));
    }
  }

  private synchronized void signal() {
    signals++;
    if (!running) {
      running = true;
      Threads.start("grpc-call", this::run);
    }
  }

  private void run() {
    enter();
    var before = context.attach();
    try {
      while (step()) {}
    } finally {
      context.detach(before);
    }
  }

  private synchronized void enter() {
    interruptible = Thread.currentThread();
  }

  private boolean step() {
    int seen;
    synchronized (this) {
      seen = signals;
    }
    try {
      var step = next();
      if (step == Step.REST) {
        return !rest(seen);
      }
      perform(step);
    } catch (Throwable failure) {
      events.failed(failure);
      // What fails of a call that has ended already would fail again at once.
      return !over && !rest(seen);
    }
    return !over;
  }

  /** Ends the thread if nothing has happened since; what happens later begins another. */
  private synchronized boolean rest(int seen) {
    if (signals != seen) {
      return false;
    }
    running = false;
    interruptible = null;
    return true;
  }

  private Step next() {
    Step due;
    boolean wanted;
    synchronized (this) {
      due = end != null ? end : readyDue && started ? Step.READY : null;
      wanted = requested > 0;
    }
    if (due != null) {
      return due;
    }
    if (!started) {
      return Step.START;
    }
    if (wanted) {
      message = reader.next().orElse(null);
      if (message != null) {
        return Step.MESSAGE;
      }
    }
    return !halfClosed && reader.isAtEnd() ? Step.HALF_CLOSE : Step.REST;
  }

  private void perform(Step step) {
    switch (step) {
      case START -> {
        started = true;
        synchronized (this) {
          readyDue = true;
        }
        events.start();
      }
      case READY -> {
        synchronized (this) {
          readyDue = false;
        }
        events.ready();
      }
      case MESSAGE -> deliver();
      case HALF_CLOSE -> {
        halfClosed = true;
        events.halfClose();
      }
      case COMPLETE, CANCEL -> finish(step);
      case REST -> {}
    }
  }

  private void deliver() {
    synchronized (this) {
      requested--;
    }
    var next = Optional.ofNullable(message);
    message = null;
    next.ifPresent(events::message);
  }

  private void finish(Step step) {
    over = true;
    Throwable cause;
    synchronized (this) {
      interruptible = null;
      cause = cancelCause;
    }
    // An interrupt was for the handler, not for those who clean up after it.
    var _ = Thread.interrupted();
    try {
      if (started && step == Step.COMPLETE) {
        events.complete();
      } else if (started) {
        context.cancel(cause);
        events.cancel();
      }
    } finally {
      context.cancel(cause);
      reader.close();
      stream.done();
    }
  }
}
