package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.flow.Floods;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A client that cancels streams while messages arrive leaves its other calls alone: grpc-java
 * answers each frame that comes for a cancelled stream with a reset.
 */
final class CancelledStreamsTest {
  private static final int ROUNDS = Boolean.getBoolean("oneport.test.long") ? 50 : 3;

  @Test
  void cancelsOfManyFastStreamsLeaveAnotherStreamAlone() throws Exception {
    // Floods as they are by default, or a hundred times smaller: neither counts what answers.
    var floods = new Floods(Duration.ofHours(1), 200, 100, 100, 100, 100, 200, 100);
    var limits = Http2Limits.defaults().withFloods(floods);
    try (var port = GrpcPort.builder().limits(limits).service(new Fast()).start()) {
      var channel = port.channel();
      var healthy = new Reader(1);
      var open = healthy.start(channel);
      healthy.got.await();
      for (int round = 0; round < ROUNDS; round++) {
        cancel(channel);
        healthy.awaitMore();
      }
      assertTrue(!healthy.end.isDone(), () -> healthy.end.join().toString());
      assertEquals(1, port.http2().http2().openConnections());
      open.cancel("done", null);
    }
  }

  private static void cancel(ManagedChannel channel) throws InterruptedException {
    var readers = new ArrayList<Reader>();
    var calls = new ArrayList<ClientCall<WatchRequest, Tick>>();
    for (int i = 0; i < 200; i++) {
      var reader = new Reader(3);
      readers.add(reader);
      calls.add(reader.start(channel));
    }
    for (int i = 0; i < calls.size(); i++) {
      assertTrue(readers.get(i).got.await(30, TimeUnit.SECONDS), "no messages");
      calls.get(i).cancel("enough", null);
    }
    for (var reader : readers) {
      assertEquals(Status.Code.CANCELLED, reader.end.join().getCode());
    }
  }

  private static final class Reader extends ClientCall.Listener<Tick> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final CountDownLatch got;
    private volatile CountDownLatch more = new CountDownLatch(0);

    Reader(int messages) {
      got = new CountDownLatch(messages);
    }

    ClientCall<WatchRequest, Tick> start(ManagedChannel channel) {
      var call = channel.newCall(EchoGrpc.getWatchMethod(), CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(WatchRequest.getDefaultInstance());
      call.halfClose();
      // All of them: what a client does not read takes the connection's window from other streams.
      call.request(Integer.MAX_VALUE);
      return call;
    }

    void awaitMore() throws InterruptedException {
      more = new CountDownLatch(10);
      assertTrue(more.await(30, TimeUnit.SECONDS), "the stream has stopped");
    }

    @Override
    public void onMessage(Tick message) {
      got.countDown();
      more.countDown();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
    }
  }

  /** Sends messages of a thousand bytes for as long as somebody takes them. */
  private static final class Fast extends TestEcho {
    @Override
    public void watch(WatchRequest request, StreamObserver<Tick> observer) {
      var call = (ServerCallStreamObserver<Tick>) observer;
      var tick = Tick.newBuilder().setMessage("x".repeat(1_000)).build();
      call.setOnReadyHandler(
          () -> {
            while (call.isReady()) {
              call.onNext(tick);
            }
          });
    }
  }
}
