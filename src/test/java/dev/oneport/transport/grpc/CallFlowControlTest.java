package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Credits are real in both directions, and a slow call holds up nobody else. */
final class CallFlowControlTest {
  @Test
  void aHandlerThatAsksForOneMessageAtATimeGetsAllInOrder() throws InterruptedException {
    var ended = new CountDownLatch(1);
    var inOrder = new AtomicInteger();
    try (var port = GrpcPort.serving(new OneByOne())) {
      var chat =
          EchoGrpc.newStub(port.channel())
              .chat(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ChatMessage message) {
                      inOrder.compareAndSet(
                          (int) message.getNumber(), (int) message.getNumber() + 1);
                    }

                    @Override
                    public void onError(Throwable failure) {
                      ended.countDown();
                    }

                    @Override
                    public void onCompleted() {
                      ended.countDown();
                    }
                  });
      for (int i = 0; i < 500; i++) {
        chat.onNext(ChatMessage.newBuilder().setNumber(i).setMessage("x".repeat(1_000)).build());
      }
      chat.onCompleted();
      Await.latch("the end", ended);
      assertEquals(500, inOrder.get());
    }
  }

  @Test
  void nothingIsHeardThatWasNotAskedFor() {
    var handler = new Asking(0);
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH);
      for (int i = 0; i < 10; i++) {
        client.message(1, i == 9, (byte) i);
      }
      assertTrue(client.isAlive());
      Await.until("the call is there", () -> handler.calls.size() == 1);
      for (int asked = 1; asked <= 10; asked++) {
        int expected = asked;
        assertEquals(0, handler.halfCloses.get());
        handler.calls.getFirst().request(1);
        Await.until("the message", () -> handler.messages.size() == expected);
        assertEquals(expected - 1, handler.messages.getLast()[0]);
      }
      Await.until("the half close", () -> handler.halfCloses.get() == 1);
    }
  }

  @Test
  void aCallThatDoesNotReadHoldsUpNoOther() {
    var slow = new Asking(0);
    try (var port =
            GrpcPort.builder().service(BytesService.bidi(slow)).service(new TestEcho()).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH);
      for (int i = 0; i < 200; i++) {
        client.message(1, false, new byte[1_000]);
      }
      for (int stream = 3; stream < 100; stream += 2) {
        client.call(stream, "/Echo/Ping").message(stream, true);
        assertEquals("0", client.response(stream).trailer("grpc-status"));
      }
    }
  }

  @Test
  void aClientThatDoesNotReadOneCallGetsTheAnswersOfTheOthers() {
    var handler = new Flooding();
    try (var port =
            GrpcPort.builder().service(BytesService.bidi(handler)).service(new TestEcho()).start();
        var client = RawClient.connect(port.number(), 4, 100)) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.until("the handler waits", handler::isBlocked);
      for (int stream = 3; stream < 100; stream += 2) {
        client.call(stream, "/Echo/Ping").message(stream, true);
        assertEquals("0", client.response(stream).trailer("grpc-status"));
      }
    }
  }

  @Test
  void unreadMessagesTakeNoMoreThanTheWindow() {
    var handler = new Asking(0);
    var limits = Http2Limits.defaults().withWindows(100_000, 400_000);
    try (var port = GrpcPort.builder().limits(limits).service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH);
      for (int sent = 0; sent < 100_000; sent += 10_000) {
        client.data(1, false, new byte[10_000]);
      }
      assertTrue(client.isAlive());
      client.data(1, false, new byte[1]);
      assertEquals(ErrorCode.FLOW_CONTROL_ERROR, client.awaitReset(1).code());
      assertTrue(client.isAlive());
      Await.until("the cancel", () -> handler.cancels.get() == 1);
    }
  }

  @Test
  void aCallIsNotReadyWhileTheClientHasNoRoomAndHearsWhenItHas() {
    var handler = new WhileReady();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = RawClient.connect(port.number(), 4, 1_000)) {
      client.call(1, BytesService.PATH).message(1, false);
      Await.until("the window is used up", () -> handler.sent.get() == 3);
      assertFalse(handler.calls.getFirst().isReady());
      int readies = handler.readies.get();
      // The third message is under way for 215 bytes more than the window had.
      client.windowUpdate(1, 215);
      Await.until("the third message is sent", () -> handler.sent.get() == 3);
      client.windowUpdate(1, 405);
      Await.until("it is ready again", () -> handler.readies.get() > readies);
      Await.until("it goes on", () -> handler.sent.get() > 3);
    }
  }

  @Test
  void manyCreditsAskedForAtOnceAreNotLost() {
    var handler = new Asking(Integer.MAX_VALUE);
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false, (byte) 1);
      Await.until("the call is there", () -> handler.messages.size() == 1);
      handler.calls.getFirst().request(Integer.MAX_VALUE);
      client.message(1, false, (byte) 2);
      Await.until("the second", () -> handler.messages.size() == 2);
    }
  }

  @Test
  void aLargeMessageIsCreditedWhileItComes() {
    var handler = new Asking(1);
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      int length = 3_000_000;
      client.call(1, BytesService.PATH);
      client.data(1, false, ByteBuffer.allocate(5).put((byte) 0).putInt(length).array());
      int window = 256 << 10;
      int room = window - 5;
      int sent = 0;
      while (sent < length) {
        int size = Math.min(Math.min(room, 10_000), length - sent);
        if (size == 0) {
          var update = client.await(frame -> frame.is(8) && frame.stream() == 1);
          room += ByteBuffer.wrap(update.payload()).getInt();
        } else {
          client.data(1, sent + size == length, new byte[size]);
          sent += size;
          room -= size;
        }
      }
      Await.until("the message", () -> handler.messages.size() == 1);
      assertEquals(length, handler.messages.getFirst().length);
    }
  }

  private static final class Asking extends Recorder {
    private final int first;

    private Asking(int first) {
      this.first = first;
    }

    @Override
    void started(ServerCall<byte[], byte[]> call) {
      if (first > 0) {
        call.request(first);
      }
    }

    @Override
    void halfClose(ServerCall<byte[], byte[]> call) {
      call.close(Status.OK, new Metadata());
    }
  }

  /** Sends without end, as soon as it hears a message. */
  private static final class Flooding extends Recorder {
    private boolean isBlocked() {
      return !calls.isEmpty() && inside.get() == 1 && !calls.getFirst().isReady();
    }

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      call.sendHeaders(new Metadata());
      while (!call.isCancelled()) {
        call.sendMessage(new byte[100]);
      }
    }
  }

  /** Sends messages of 405 bytes while it may. */
  private static final class WhileReady extends Recorder {
    private final AtomicInteger sent = new AtomicInteger();

    @Override
    void started(ServerCall<byte[], byte[]> call) {
      super.started(call);
      call.sendHeaders(new Metadata());
    }

    @Override
    void ready(ServerCall<byte[], byte[]> call) {
      while (call.isReady()) {
        sent.incrementAndGet();
        call.sendMessage(new byte[400]);
      }
    }
  }

  private static final class OneByOne extends TestEcho {
    @Override
    public StreamObserver<ChatMessage> chat(StreamObserver<ChatMessage> observer) {
      var call = (ServerCallStreamObserver<ChatMessage>) observer;
      call.disableAutoRequest();
      call.request(1);
      return new StreamObserver<>() {
        @Override
        public void onNext(ChatMessage message) {
          call.onNext(message);
          call.request(1);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          call.onCompleted();
        }
      };
    }
  }
}
