package dev.oneport.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * One gRPC call of any kind. It requests one message at a time, so that a slow reader slows the
 * server down.
 */
final class GrpcStream<Q, R> implements Connection<Q, R> {
  private sealed interface Event<R> {}

  private record Message<R>(R value) implements Event<R> {}

  private record End<R>(Status status, Metadata trailers) implements Event<R> {}

  private final ClientCall<Q, R> call;
  private final LinkedBlockingQueue<Event<R>> events = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final UnaryOperator<Failure> explain;
  private volatile boolean over;

  /**
   * Whether sending waits until the call is ready. A single request message does not wait: it is
   * sent with the headers.
   */
  private final boolean waits;

  private GrpcStream(ClientCall<Q, R> call, boolean waits, UnaryOperator<Failure> explain) {
    this.call = call;
    this.waits = waits;
    this.explain = explain;
  }

  /**
   * Opens a call without a deadline.
   *
   * @param explain adds detail to the failure that ends the call
   */
  static <Q, R> GrpcStream<Q, R> open(
      Channel channel,
      MethodDescriptor<Q, R> method,
      Metadata headers,
      UnaryOperator<Failure> explain) {
    var stream =
        new GrpcStream<>(
            channel.newCall(method, CallOptions.DEFAULT),
            !method.getType().clientSendsOneMessage(),
            explain);
    stream.call.start(stream.new Listener(), headers);
    stream.call.request(1);
    return stream;
  }

  @Override
  public boolean send(Q message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waits && !call.isReady() && !over) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
    try {
      if (!over) {
        call.sendMessage(message);
      }
      return !over;
    } catch (IllegalStateException e) {
      // Another thread closed the call in between.
      return false;
    }
  }

  @Override
  public void finish() {
    try {
      if (!over) {
        call.halfClose();
      }
    } catch (IllegalStateException e) {
      // Another thread closed the call in between.
    }
  }

  @Override
  public Received<R> receive(Duration longest) throws InterruptedException {
    return switch (events.poll(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      case null -> new Received.Quiet<>();
      case Message<R>(var value) -> {
        call.request(1);
        yield new Received.Got<>(value);
      }
      case End<R> end -> {
        // Later calls get the same end.
        events.add(end);
        if (end.status().getCause() instanceof InvalidInput wrong) {
          throw wrong;
        }
        if (!end.status().isOk()) {
          throw new CallFailed(explain.apply(GrpcFailures.of(end.status(), end.trailers())));
        }
        yield new Received.Ended<>();
      }
    };
  }

  @Override
  public void close() {
    call.cancel("the client has finished", null);
    over = true;
    signal();
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private final class Listener extends ClientCall.Listener<R> {
    @Override
    public void onMessage(R message) {
      events.add(new Message<>(message));
    }

    @Override
    public void onReady() {
      signal();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      over = true;
      events.add(new End<>(status, trailers));
      signal();
    }
  }
}
