package dev.oneport.transport.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A handler that keeps its calls, and notes what their listeners hear. */
class Recorder implements ServerCallHandler<byte[], byte[]> {
  final List<ServerCall<byte[], byte[]>> calls = new CopyOnWriteArrayList<>();
  final List<Context> contexts = new CopyOnWriteArrayList<>();
  final List<Metadata> headers = new CopyOnWriteArrayList<>();
  final List<byte[]> messages = new CopyOnWriteArrayList<>();
  final AtomicInteger halfCloses = new AtomicInteger();
  final AtomicInteger completes = new AtomicInteger();
  final AtomicInteger cancels = new AtomicInteger();
  final AtomicInteger readies = new AtomicInteger();
  final AtomicInteger inside = new AtomicInteger();
  final AtomicInteger overlaps = new AtomicInteger();
  final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata metadata) {
    calls.add(call);
    contexts.add(Context.current());
    headers.add(metadata);
    started(call);
    return new Noting(call);
  }

  /** Begins anew, and lets go of all that it has kept. */
  void forget() {
    List.of(calls, contexts, headers, messages).forEach(List::clear);
    List.of(halfCloses, completes, cancels, readies).forEach(count -> count.set(0));
  }

  void started(ServerCall<byte[], byte[]> call) {
    call.request(100);
  }

  void message(ServerCall<byte[], byte[]> call, byte[] message) {}

  void halfClose(ServerCall<byte[], byte[]> call) {}

  void ready(ServerCall<byte[], byte[]> call) {}

  private final class Noting extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private final AtomicInteger here = new AtomicInteger();

    private Noting(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    private void alone(Runnable callback) {
      inside.incrementAndGet();
      if (here.getAndIncrement() > 0) {
        overlaps.incrementAndGet();
      }
      try {
        callback.run();
      } finally {
        here.decrementAndGet();
        inside.decrementAndGet();
      }
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
      alone(() -> message(call, message));
    }

    @Override
    public void onHalfClose() {
      halfCloses.incrementAndGet();
      alone(() -> halfClose(call));
    }

    @Override
    public void onReady() {
      readies.incrementAndGet();
      alone(() -> ready(call));
    }

    @Override
    public void onCancel() {
      alone(cancels::incrementAndGet);
      ended.countDown();
    }

    @Override
    public void onComplete() {
      alone(completes::incrementAndGet);
      ended.countDown();
    }
  }
}
