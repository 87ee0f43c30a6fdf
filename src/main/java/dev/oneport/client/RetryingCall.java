package dev.oneport.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a stub, over as many tries as needed until the server begins to respond. Fetching
 * tokens and waiting happen on virtual threads, so that the stub's threads never block.
 */
final class RetryingCall<Q, R> extends RecordedCall<Q, R> {
  private final GrpcChannel channel;
  private final Retries retries;
  private final Duration timeout;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final Tries tries;
  private final Context context = Context.current();

  private @Nullable Listener<R> listener;
  private Metadata headers = new Metadata();
  private @Nullable Thread worker;
  private boolean over;

  RetryingCall(
      GrpcChannel channel,
      Retries retries,
      Duration timeout,
      MethodDescriptor<Q, R> method,
      CallOptions options) {
    this.channel = channel;
    this.retries = retries;
    this.timeout = timeout;
    this.method = method;
    this.options = options;
    this.tries =
        retries.tries(
            method.isSafe()
                || method.isIdempotent()
                || options.getOption(OnePortClient.REPEATABLE));
  }

  @Override
  public void start(Listener<R> of, Metadata given) {
    listener = of;
    headers = given;
    work(() -> run(null, Status.OK, new Metadata()));
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    ClientCall<Q, R> current;
    boolean waiting = false;
    lock.lock();
    try {
      current = replay.current();
      if (current == null) {
        // Under the same lock as the check: another try must not begin in between.
        waiting = end();
        if (worker != null) {
          worker.interrupt();
        }
      } else {
        replay.commit();
      }
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.cancel(message, cause);
    } else if (waiting) {
      deliver(Status.CANCELLED.withDescription(message).withCause(cause), new Metadata());
    }
  }

  private void work(Runnable work) {
    locked(
        () -> {
          if (!over) {
            worker = Thread.ofVirtual().unstarted(context.wrap(work));
            worker.start();
          }
        });
  }

  /** Makes tries until one has started, or none is left. */
  private void run(@Nullable Failure last, Status status, Metadata trailers) {
    var failure = last;
    try {
      while (true) {
        try {
          if (failure != null && !await(failure)) {
            close(failure, status, trailers);
            return;
          }
          attempt();
          return;
        } catch (CallFailed e) {
          failure = e.failure();
        }
      }
    } catch (InvalidInput e) {
      close(
          Status.UNAUTHENTICATED.withDescription(String.valueOf(e.getMessage())).withCause(e),
          trailers);
    } catch (InterruptedException e) {
      // Cancelled; the stub already has its status.
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next try; false if there is none. */
  private boolean await(Failure failure) throws InterruptedException {
    var wait = tries.next(failure);
    var deadline = options.getDeadline();
    if (wait.isEmpty()
        || (deadline != null
            && deadline.timeRemaining(TimeUnit.NANOSECONDS) <= wait.get().toNanos())) {
      return false;
    }
    retries.pause(failure, wait.get());
    return true;
  }

  private void attempt() throws InterruptedException {
    tries.begin();
    var sent = new Metadata();
    sent.merge(headers);
    if (!GrpcChannel.authorized(headers)) {
      tries.token().ifPresent(token -> GrpcChannel.authorize(sent, token));
    }
    var call = channel.channel().newCall(method, timed());
    locked(
        () -> {
          if (!over) {
            call.start(new Try(), sent);
            replay.to(call);
          }
        });
  }

  private CallOptions timed() {
    return options.getDeadline() == null && method.getType() == MethodType.UNARY
        ? options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
        : options;
  }

  private void close(Failure failure, Status status, Metadata trailers) {
    close(GrpcFailures.status(failure, status), trailers);
  }

  private void close(Status status, Metadata trailers) {
    if (end()) {
      deliver(status, trailers);
    }
  }

  /** Marks the call as over; false if it already was. */
  private boolean end() {
    lock.lock();
    try {
      boolean first = !over;
      over = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void deliver(Status status, Metadata trailers) {
    var receiver = listener;
    if (receiver == null) {
      return;
    }
    // A blocking stub runs its callbacks on its executor.
    Executor executor = options.getExecutor();
    if (executor == null) {
      receiver.onClose(status, trailers);
    } else {
      executor.execute(() -> receiver.onClose(status, trailers));
    }
  }

  /** Receives the events of one try. */
  private final class Try extends Listener<R> {
    private Listener<R> stub() {
      if (listener == null) {
        throw new IllegalStateException("a try before the call was started");
      }
      return listener;
    }

    @Override
    public void onHeaders(Metadata received) {
      // The stub sees this response, so there must be no further try.
      locked(replay::commit);
      retries.serverAnswered();
      stub().onHeaders(received);
    }

    @Override
    public void onMessage(R message) {
      stub().onMessage(message);
    }

    @Override
    public void onReady() {
      stub().onReady();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      boolean last;
      lock.lock();
      try {
        replay.detach();
        last = replay.committed();
      } finally {
        lock.unlock();
      }
      if (status.isOk()) {
        retries.serverAnswered();
        close(status, trailers);
      } else if (last) {
        close(GrpcFailures.of(status, trailers), status, trailers);
      } else {
        work(
            () ->
                run(
                    channel.explained(GrpcFailures.of(status, trailers), retries.reached()),
                    status,
                    trailers));
      }
    }
  }
}
