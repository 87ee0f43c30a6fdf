package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each kind of call with grpc-java's client. */
final class FourKindsTest {
  @Test
  void aUnaryCallIsAnswered() {
    try (var port = GrpcPort.serving(new TestEcho())) {
      var echo = EchoGrpc.newBlockingStub(port.channel());
      assertEquals("pong", echo.ping(PingRequest.getDefaultInstance()).getMessage());
    }
  }

  @Test
  void aServerStreamArrivesInOrderAndWhole() {
    try (var port = GrpcPort.serving(new TestEcho())) {
      var echo = EchoGrpc.newBlockingStub(port.channel());
      var request =
          WatchRequest.newBuilder()
              .setCount(1_000)
              .setFirst(7)
              .setMessage("x".repeat(2_000))
              .build();
      var numbers = new ArrayList<Long>();
      echo.watch(request).forEachRemaining(tick -> numbers.add(tick.getNumber()));
      assertEquals(1_000, numbers.size());
      assertEquals(7, numbers.getFirst());
      assertEquals(1_006, numbers.getLast());
    }
  }

  @Test
  void aClientStreamIsCountedToItsEnd() throws InterruptedException {
    try (var port = GrpcPort.serving(new TestEcho())) {
      var results = new LinkedBlockingQueue<CollectResult>();
      var requests = EchoGrpc.newStub(port.channel()).collect(into(results));
      for (int i = 0; i < 1_000; i++) {
        requests.onNext(PingRequest.newBuilder().setMessage("y".repeat(1_000)).build());
      }
      requests.onCompleted();
      var result = results.poll(10, TimeUnit.SECONDS);
      assertEquals(CollectResult.newBuilder().setCount(1_000).setBytes(1_000_000).build(), result);
    }
  }

  @Test
  void aChatGoesBackAndForth() throws InterruptedException {
    try (var port = GrpcPort.serving(new TestEcho())) {
      var answers = new LinkedBlockingQueue<ChatMessage>();
      var chat = EchoGrpc.newStub(port.channel()).chat(into(answers));
      for (int i = 0; i < 100; i++) {
        var message = ChatMessage.newBuilder().setNumber(i).build();
        chat.onNext(message);
        assertEquals(message, answers.poll(10, TimeUnit.SECONDS));
      }
      chat.onCompleted();
    }
  }

  @Test
  void messagesOfAllSizesGoBothWays() throws InterruptedException {
    try (var port = GrpcPort.serving(new TestEcho())) {
      var answers = new LinkedBlockingQueue<ChatMessage>();
      var chat = EchoGrpc.newStub(port.channel()).chat(into(answers));
      for (int size : List.of(0, 1, 16_379, 16_384, 65_535, 262_144, 1_000_000, 4_000_000)) {
        var message = ChatMessage.newBuilder().setMessage("z".repeat(size)).build();
        chat.onNext(message);
        assertTrue(message.equals(answers.poll(10, TimeUnit.SECONDS)), "size " + size);
      }
      chat.onCompleted();
    }
  }

  private static <T> StreamObserver<T> into(BlockingQueue<T> queue) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        queue.add(value);
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {}
    };
  }
}
