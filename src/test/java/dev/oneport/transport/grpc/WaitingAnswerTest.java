package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.LiveThreads;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A call whose handler has closed it, and whose client has no window for the answer. */
final class WaitingAnswerTest {
  private static final int INITIAL_WINDOW = 4;
  private static final int WINDOW = 100;

  @Test
  void itsDeadlineEndsIt() {
    var handler = new Answering();
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = RawClient.connect(port.number(), INITIAL_WINDOW, WINDOW)) {
      client.call(1, BytesService.PATH, "grpc-timeout", "300m").message(1, true);
      assertEquals(Optional.of(ErrorCode.CANCEL), client.response(1).reset());
      assertCancelled(port, handler);
    }
  }

  @Test
  void itCanBeEndedFromOutside() {
    var handler = new Answering();
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = RawClient.connect(port.number(), INITIAL_WINDOW, WINDOW)) {
      client.call(1, BytesService.PATH).message(1, true);
      Await.until("the answer waits", handler::isWaiting);
      var control = CallControl.of(handler.calls.getFirst()).orElseThrow();
      assertTrue(control.end(Status.UNAVAILABLE, new Metadata()));
      assertFalse(control.end(Status.UNAVAILABLE, new Metadata()));
      assertEquals(ErrorCode.CANCEL, client.awaitReset(1).code());
      assertCancelled(port, handler);
    }
  }

  private static void assertCancelled(GrpcPort port, Answering handler) {
    Await.until("the cancel", () -> handler.cancels.get() == 1);
    assertEquals(0, handler.completes.get());
    assertTrue(handler.calls.getFirst().isCancelled());
    Await.until("the stream is given back", () -> port.openStreams() == 0);
  }

  @Test
  void whatItsClientBreaksAfterThatCostsNothingAndDoesNotEndIt() {
    var handler = new Answering();
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = RawClient.connect(port.number(), INITIAL_WINDOW, WINDOW)) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.until("the answer waits", handler::isWaiting);
      client.data(1, true, (byte) 0, (byte) 0);
      assertTrue(client.isAlive());
      Await.until("the call has no thread", () -> LiveThreads.count("\"grpc-call") == 0);
      client.windowUpdate(1, 10_000);
      client.await(frame -> frame.endsStream());
      Await.until("the end", () -> handler.completes.get() == 1);
    }
  }

  /** Answers on another thread. */
  private static final class Answering extends Recorder {
    private volatile Thread answering = Thread.currentThread();

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      answering = Thread.ofPlatform().start(() -> answer(call));
    }

    private static void answer(ServerCall<byte[], byte[]> call) {
      call.sendHeaders(new Metadata());
      call.sendMessage(new byte[10 * WINDOW]);
      call.close(Status.OK, new Metadata());
    }

    private boolean isWaiting() {
      return answering.getState() == Thread.State.TIMED_WAITING;
    }
  }
}
