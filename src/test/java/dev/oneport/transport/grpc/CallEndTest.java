package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** However a call ends, its listener hears so once, and nothing of it is left. */
final class CallEndTest {
  @Test
  void aCallThatIsAnsweredByAnotherThreadIsComplete() throws InterruptedException {
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            Thread.ofPlatform().start(() -> answer(call));
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      Await.latch("the end", handler.ended);
      assertEquals(1, handler.completes.get());
      assertEquals(0, handler.cancels.get());
      Await.until("the stream is given back", () -> port.openStreams() == 0);
    }
  }

  private static void answer(ServerCall<byte[], byte[]> call) {
    call.sendHeaders(new Metadata());
    call.sendMessage(new byte[1]);
    call.close(Status.OK, new Metadata());
  }

  @Test
  void aResetIsHeardOnceAndInterruptsAHandlerThatWaits() throws InterruptedException {
    var handler = new Waiting();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.latch("the handler waits", handler.waiting);
      client.reset(1, ErrorCode.CANCEL).reset(1, ErrorCode.CANCEL);
      Await.latch("the cancel", handler.ended);
      assertTrue(client.isAlive());
      assertEquals(1, handler.cancels.get());
      assertEquals(0, handler.completes.get());
      assertTrue(handler.calls.getFirst().isCancelled());
      Await.until("the context is cancelled", () -> handler.contexts.getFirst().isCancelled());
      Await.until("the stream is given back", () -> port.openStreams() == 0);
    }
  }

  @Test
  void aLostConnectionIsHeardOnceByEachOfItsCalls() {
    var handler = new Recorder();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start()) {
      try (var client = port.raw()) {
        for (int stream = 1; stream < 200; stream += 2) {
          client.call(stream, BytesService.PATH).message(stream, false);
        }
        Await.until("the messages are there", () -> handler.messages.size() == 100);
      }
      Await.until("the cancels", () -> handler.cancels.get() == 100);
      Await.until("the streams are given back", () -> port.openStreams() == 0);
      assertEquals(100, handler.cancels.get());
      assertEquals(0, handler.completes.get());
    }
  }

  @Test
  void aCallMayBeClosedBeforeItHasAListenerWhateverTheClientStillSends() {
    try (var port = GrpcPort.builder().intercept(new Refusing()).service(new TestEcho()).start();
        var client = port.raw()) {
      for (int stream = 1; stream < 60; stream += 2) {
        client.call(stream, "/Echo/Chat");
        var response = client.response(stream);
        assertEquals("16", response.trailer("grpc-status"));
        assertTrue(response.isTrailersOnly());
        client.message(stream, false, (byte) 1).message(stream, true);
      }
      assertTrue(client.isAlive());
      Await.until("the streams are given back", () -> port.openStreams() == 0);
    }
  }

  @Test
  void aStatusBeforeTheClientHasFinishedComesWithAResetWithoutError() {
    var handler =
        new Recorder() {
          @Override
          void message(ServerCall<byte[], byte[]> call, byte[] message) {
            call.close(Status.ABORTED, new Metadata());
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false);
      assertEquals("10", client.response(1).trailer("grpc-status"));
      assertEquals(ErrorCode.NO_ERROR, client.awaitReset(1).code());
      client.message(1, false).message(1, true);
      assertTrue(client.isAlive());
      Await.until("the end", () -> handler.completes.get() == 1);
    }
  }

  @Test
  void whatIsSentOrClosedAfterTheEndIsIgnored() {
    var handler =
        new Recorder() {
          @Override
          void message(ServerCall<byte[], byte[]> call, byte[] message) {
            call.sendHeaders(new Metadata());
            call.close(Status.OK, new Metadata());
            call.sendMessage(new byte[10]);
            call.close(Status.ABORTED, new Metadata());
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      var response = client.response(1);
      assertEquals("0", response.trailer("grpc-status"));
      assertEquals(0, response.body().length);
      assertTrue(client.isAlive());
    }
  }

  @Test
  void aHalfCloseMayComeInItsOwnFrameOrWithTrailers() {
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            answer(call);
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false).data(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      client.call(3, BytesService.PATH).message(3, false).headers(3, true, "x", "y");
      assertEquals("0", client.response(3).trailer("grpc-status"));
      assertEquals(2, handler.messages.size());
      assertEquals(2, handler.halfCloses.get());
      assertFalse(handler.overlaps.get() > 0);
    }
  }

  private static final class Waiting extends Recorder {
    private final CountDownLatch waiting = new CountDownLatch(1);

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      waiting.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // This is what the test waits for.
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class Refusing implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      call.close(Status.UNAUTHENTICATED, new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }
}
