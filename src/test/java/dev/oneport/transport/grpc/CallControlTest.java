package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call can be ended from outside, whatever its handler does at that moment. */
final class CallControlTest {
  private static boolean end(ServerCall<?, ?> call) {
    return CallControl.of(call).orElseThrow().end(Status.UNAUTHENTICATED, new Metadata());
  }

  @Test
  void aCallWhoseHandlerIsIdleEndsWithThatStatus() {
    var handler = new Recorder();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.until("the call is there", () -> handler.messages.size() == 1);
      assertTrue(end(handler.calls.getFirst()));
      assertEquals("16", client.response(1).trailer("grpc-status"));
      Await.until("the cancel", () -> handler.cancels.get() == 1);
      assertEquals(0, handler.completes.get());
      assertTrue(handler.calls.getFirst().isCancelled());
      assertEquals(
          Status.Code.UNAUTHENTICATED,
          Status.fromThrowable(handler.contexts.getFirst().cancellationCause()).getCode());
      assertFalse(end(handler.calls.getFirst()));
      Await.until("the stream is given back", () -> port.openStreams() == 0);
    }
  }

  @Test
  void aHandlerThatWaitsForTheClientToReadIsLetGo() throws InterruptedException {
    var handler = new Flooding();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = RawClient.connect(port.number(), 4, 1_000)) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.until("the handler waits", () -> handler.sent.get() > 0 && !handler.isReady());
      assertTrue(end(handler.calls.getFirst()));
      var response = client.response(1);
      assertEquals("16", response.trailer("grpc-status"));
      assertEquals(1_000, response.body().length);
      Await.latch("the handler goes on", handler.finished);
      Await.until("the cancel", () -> handler.cancels.get() == 1);
      Await.until("the stream is given back", () -> port.openStreams() == 0);
    }
  }

  @Test
  void theFirstOfManyThatEndACallWins() throws InterruptedException {
    var handler = new Recorder();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      for (int stream = 1; stream < 200; stream += 2) {
        int seen = handler.messages.size();
        client.call(stream, BytesService.PATH).message(stream, false);
        Await.until("the call is there", () -> handler.messages.size() > seen);
        race(handler.calls.getLast());
        // An end that comes while the answer goes out takes it back, whatever is there of it.
        var response = client.response(stream);
        assertTrue(response.ended() || response.reset().equals(Optional.of(ErrorCode.CANCEL)));
      }
      Await.until("all have ended", () -> handler.cancels.get() + handler.completes.get() == 100);
      assertEquals(0, handler.overlaps.get());
    }
  }

  private static void race(ServerCall<byte[], byte[]> call) throws InterruptedException {
    var wins = new AtomicInteger();
    var closer = Thread.ofVirtual().start(() -> call.close(Status.OK, new Metadata()));
    var enders = new Thread[3];
    for (int i = 0; i < enders.length; i++) {
      enders[i] = Thread.ofVirtual().start(() -> wins.addAndGet(end(call) ? 1 : 0));
    }
    closer.join();
    for (var ender : enders) {
      ender.join();
    }
    assertTrue(wins.get() <= 1);
  }

  @Test
  void aCallKnowsItsPeersItsProtocolAndItsAuthority() {
    var handler = new Recorder();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.until("the call is there", () -> handler.messages.size() == 1);
      var call = handler.calls.getFirst();
      var remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      var local = call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
      assertEquals(
          client.socket().getLocalPort(),
          assertInstanceOf(InetSocketAddress.class, remote).getPort());
      assertEquals(port.number(), assertInstanceOf(InetSocketAddress.class, local).getPort());
      assertEquals(TestTls.ON ? "h2" : "h2c", call.getAttributes().get(CallControl.PROTOCOL));
      assertEquals("localhost", call.getAuthority());
    }
  }

  private static final class Flooding extends Recorder {
    private final AtomicInteger sent = new AtomicInteger();
    private final CountDownLatch finished = new CountDownLatch(1);

    private boolean isReady() {
      return calls.getFirst().isReady();
    }

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      call.sendHeaders(new Metadata());
      while (!call.isCancelled()) {
        sent.incrementAndGet();
        call.sendMessage(new byte[400]);
      }
      finished.countDown();
    }
  }
}
