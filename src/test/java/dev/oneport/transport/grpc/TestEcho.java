package dev.oneport.transport.grpc;

import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;

/** The four kinds of call in their plainest form. */
class TestEcho extends EchoGrpc.EchoImplBase {
  private static final PongResult PONG = PongResult.newBuilder().setMessage("pong").build();

  @Override
  public void ping(PingRequest request, StreamObserver<PongResult> observer) {
    observer.onNext(PONG);
    observer.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Tick> observer) {
    for (int i = 0; i < request.getCount(); i++) {
      observer.onNext(
          Tick.newBuilder()
              .setNumber(request.getFirst() + i)
              .setMessage(request.getMessage())
              .build());
    }
    observer.onCompleted();
  }

  @Override
  public StreamObserver<PingRequest> collect(StreamObserver<CollectResult> observer) {
    return new StreamObserver<>() {
      private final CollectResult.Builder result = CollectResult.newBuilder();

      @Override
      public void onNext(PingRequest request) {
        int length = request.getMessage().getBytes(StandardCharsets.UTF_8).length;
        result.setCount(result.getCount() + 1).setBytes(result.getBytes() + length);
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        observer.onNext(result.build());
        observer.onCompleted();
      }
    };
  }

  @Override
  public StreamObserver<ChatMessage> chat(StreamObserver<ChatMessage> observer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ChatMessage message) {
        observer.onNext(message);
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        observer.onCompleted();
      }
    };
  }
}
