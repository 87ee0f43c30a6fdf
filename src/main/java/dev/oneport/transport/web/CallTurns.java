package dev.oneport.transport.web;

import dev.oneport.transport.ClientWatch;
import dev.oneport.transport.grpc.CallFailure;
import io.grpc.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call's listener hear what happens, one thing after the other, on the thread of the call's
 * HTTP request, which belongs to the call until that is over. A handler that answers later, from
 * other threads, lets it wait here.
 */
final class CallTurns {
  /** What is heard; each in the call's context. */
  interface Callbacks {
    void start();

    void ready();

    void message(InputStream message);

    void halfClose();

    void complete();

    void cancel();

    /** The client has gone. */
    void lost();

    /** One of the above threw, or what the client sent cannot be taken. */
    void failed(Throwable failure);
  }

  private enum Turn {
    READ,
    END
  }

  private final WebMessages messages;
  private final Context.CancellableContext context;
  private final Callbacks callbacks;
  private final Thread thread = Thread.currentThread();

  // These belong to this object's monitor.
  private long requested;
  private boolean within;
  private boolean completed;
  private @Nullable Throwable cancelCause;

  // These belong to the thread.
  private boolean begun;
  private boolean halfClosed;
  private boolean unwanted;
  private @Nullable RuntimeException broken;

  /** A call that has not begun. */
  CallTurns(WebMessages messages, Context.CancellableContext context, Callbacks callbacks) {
    this.messages = messages;
    this.context = context;
    this.callbacks = callbacks;
  }

  synchronized void request(int count) {
    requested += count;
    notifyAll();
  }

  /** The handler has closed the call, and the client was told. */
  synchronized void complete() {
    if (!over()) {
      completed = true;
      notifyAll();
    }
  }

  /** The call is over before its handler closed it. */
  void cancel(Throwable cause) {
    boolean busy;
    synchronized (this) {
      if (over()) {
        return;
      }
      cancelCause = cause;
      busy = within;
      notifyAll();
    }
    if (busy) {
      // Whoever listens to the context may be what the busy handler waits for.
      Thread.ofVirtual().name("grpc-cancel").start(() -> context.cancel(cause));
    }
  }

  /**
   * Wakes a handler that is busy with a call that was cancelled. Nobody may be writing: an
   * interrupt would end the connection.
   */
  synchronized void wake() {
    if (within && cancelCause != null && !thread.equals(Thread.currentThread())) {
      thread.interrupt();
    }
  }

  private boolean over() {
    return completed || cancelCause != null;
  }

  /** Runs the call to its end; what the transport said of a body that did not come whole. */
  Optional<RuntimeException> run() {
    var before = context.attach();
    try {
      hear(
          () -> {
            callbacks.start();
            begun = true;
          });
      if (begun) {
        hear(callbacks::ready);
      }
      while (next() == Turn.READ) {
        read();
      }
      finish();
    } finally {
      context.detach(before);
    }
    return Optional.ofNullable(broken);
  }

  private void hear(Runnable callback) {
    synchronized (this) {
      if (over()) {
        return;
      }
      within = true;
    }
    try {
      callback.run();
    } catch (Throwable failure) {
      callbacks.failed(failure);
    } finally {
      synchronized (this) {
        within = false;
      }
    }
  }

  private void watch() {
    ClientWatch.onGone(callbacks::lost);
  }

  private Turn next() {
    while (true) {
      try {
        return await();
      } catch (InterruptedException e) {
        // Whoever was quicker to end the call says so in a moment.
        callbacks.lost();
      }
    }
  }

  private synchronized Turn await() throws InterruptedException {
    while (!over()) {
      if (!halfClosed && (requested > 0 || (begun && !unwanted))) {
        return Turn.READ;
      }
      wait();
    }
    return Turn.END;
  }

  private void read() {
    try {
      Optional<InputStream> message = wanted() ? messages.next() : Optional.empty();
      if (message.isPresent()) {
        delivered();
        unwanted = false; // the end may be behind it
        hear(() -> callbacks.message(message.get()));
      } else if (messages.atEnd()) {
        halfClosed = true;
        watch();
        hear(callbacks::halfClose);
      } else {
        unwanted = true;
      }
    } catch (CallFailure e) {
      callbacks.failed(e);
    } catch (IOException e) {
      callbacks.lost();
    } catch (RuntimeException e) {
      // The transport's own word on a body that does not come, or not as it should.
      broken = e;
      callbacks.lost();
    }
  }

  private synchronized boolean wanted() {
    return requested > 0;
  }

  private synchronized void delivered() {
    requested--;
  }

  private void finish() {
    // An interrupt was for the handler, not for those who clean up after it.
    var _ = Thread.interrupted();
    @Nullable Throwable cause;
    synchronized (this) {
      cause = cancelCause;
    }
    try {
      if (begun && cause == null) {
        callbacks.complete();
      } else if (begun) {
        context.cancel(cause);
        callbacks.cancel();
      }
    } catch (Throwable failure) {
      callbacks.failed(failure);
    } finally {
      context.cancel(cause);
    }
  }
}
