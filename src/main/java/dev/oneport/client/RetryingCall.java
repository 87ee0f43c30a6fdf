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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One call of a stub, over as many tries as it takes until the server begins to answer. Tokens are
 * fetched and waits happen on virtual threads; the stub's own are not held up.
 */
final class RetryingCall<Q, R> extends ClientCall<Q, R> {
  private final GrpcChannel channel;
  private final Retries retries;
  private final Duration timeout;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final Tries tries;
  private final Context context = Context.current();

  /** Guards what follows; the stub's listener is never called with it held by another thread. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Replay<Q, R> replay = new Replay<>();
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
  public void request(int messages) {
    locked(() -> replay.request(messages));
  }

  @Override
  public void sendMessage(Q message) {
    locked(() -> replay.send(message));
  }

  @Override
  public void halfClose() {
    locked(() -> replay.step(ClientCall::halfClose));
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    locked(() -> replay.step(call -> call.setMessageCompression(enabled)));
  }

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      var current = replay.current();
      return current != null && current.isReady();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    ClientCall<Q, R> current;
    lock.lock();
    try {
      current = replay.current();
      if (current == null && worker != null) {
        worker.interrupt();
      }
    } finally {
      lock.unlock();
    }
    if (current == null) {
      close(Status.CANCELLED.withDescription(message).withCause(cause), new Metadata());
    } else {
      locked(replay::commit);
      current.cancel(message, cause);
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
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

  /** Makes tries until one is on its way, or none is left. */
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
      // Cancelled, which is what the stub was told.
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

  /** What the server says keeps its code and words; where it said nothing, the failure does. */
  private void close(Failure failure, Status status, Metadata trailers) {
    var code = status.isOk() ? code(failure.problem()) : status.getCode();
    var own = failure.status().isEmpty() ? null : status.getDescription();
    close(
        code.toStatus()
            .withDescription(own == null ? failure.text() : own)
            .withCause(new CallFailed(failure)),
        trailers);
  }

  private static Status.Code code(Problem problem) {
    return problem == Problem.TOKEN_UNAVAILABLE
        ? Status.Code.UNAUTHENTICATED
        : Status.Code.UNAVAILABLE;
  }

  private void close(Status status, Metadata trailers) {
    var hears = listener;
    lock.lock();
    try {
      if (over || hears == null) {
        over = true;
        return;
      }
      over = true;
    } finally {
      lock.unlock();
    }
    // A blocking stub waits for work on its executor.
    Executor executor = options.getExecutor();
    if (executor == null) {
      hears.onClose(status, trailers);
    } else {
      executor.execute(() -> hears.onClose(status, trailers));
    }
  }

  /** Hears how one try goes. */
  private final class Try extends Listener<R> {
    private Listener<R> stub() {
      if (listener == null) {
        throw new IllegalStateException("a try before the call was started");
      }
      return listener;
    }

    @Override
    public void onHeaders(Metadata received) {
      // The answer has begun, so that the stub has seen a part of it: this try is the last.
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
