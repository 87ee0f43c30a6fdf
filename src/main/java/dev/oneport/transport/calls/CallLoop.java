package dev.oneport.transport.calls;

import dev.oneport.transport.http2.flow.Threads;
import io.grpc.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Delivers a call's events to its listener, one after another. */
public final class CallLoop extends CallThread {
  private enum Step {
    START,
    READY,
    MESSAGE,
    HALF_CLOSE,
    COMPLETE,
    CANCEL,
    REST
  }

  private final Wire wire;
  private final Context.CancellableContext context;
  private final Call<?, ?> call;
  private final CallEvents<?, ?> events;
  private final boolean waits;

  // Guarded by this object's monitor.
  private long requested;
  private boolean readyDue;
  private @Nullable Step end;
  private @Nullable Throwable cancelCause;

  // Used only by the loop.
  private boolean started;
  private boolean halfClosed;
  private boolean over;
  private @Nullable InputStream message;

  CallLoop(
      Wire wire, Context.CancellableContext context, Call<?, ?> call, CallEvents<?, ?> events) {
    super(wire.waits());
    this.wire = wire;
    this.context = context;
    this.call = call;
    this.events = events;
    this.waits = wire.waits();
  }

  /** A message can be sent without waiting again. */
  public synchronized void writable() {
    readyDue = true;
    signal();
  }

  synchronized void request(int count) {
    requested += count;
    signal();
  }

  /** The handler has closed the call, and the client has received the end. */
  synchronized void complete() {
    if (end == null) {
      end = Step.COMPLETE;
      signal();
    }
  }

  /** The call ended before its handler closed it; notifies the handler in every possible way. */
  void cancel(Throwable cause) {
    boolean busy;
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = Step.CANCEL;
      cancelCause = cause;
      busy = isBusy();
      if (wire.mayInterrupt()) {
        interrupt();
      }
      signal();
    }
    if (busy) {
      // A busy handler may be waiting for a listener of the context.
      Threads.start("grpc-cancel", () -> context.cancel(cause));
    }
  }

  /** Interrupts a handler that is busy with a cancelled call. */
  synchronized void interrupt() {
    if (end == Step.CANCEL) {
      wake();
    }
  }

  @Override
  public void run() {
    var before = context.attach();
    try {
      super.run();
    } finally {
      context.detach(before);
    }
  }

  @Override
  boolean isOver() {
    return over;
  }

  @Override
  void interrupted() {
    // If another cause ended the call first, it reports that in a moment.
    call.lost();
  }

  @Override
  void died() {
    call.abandon();
  }

  @Override
  boolean turn() {
    try {
      var step = next();
      perform(step);
      return step != Step.REST;
    } catch (IOException e) {
      call.lost();
    } catch (Throwable failure) {
      call.failed(failure);
    }
    // Whatever failed would fail again at once.
    return false;
  }

  private Step next() throws IOException {
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
    if (halfClosed) {
      return Step.REST;
    }
    if (wanted) {
      message = wire.next().orElse(null);
      if (message != null) {
        return Step.MESSAGE;
      }
    }
    return wire.atEnd() ? Step.HALF_CLOSE : Step.REST;
  }

  private void perform(Step step) {
    if (!waits) {
      deliver(step);
      return;
    }
    handling(true);
    try {
      deliver(step);
    } finally {
      handling(false);
    }
  }

  private void deliver(Step step) {
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
      handling(false);
      cause = cancelCause;
    }
    // The interrupt was meant for the handler, not for the cleanup after it.
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
      wire.done();
    }
  }
}
