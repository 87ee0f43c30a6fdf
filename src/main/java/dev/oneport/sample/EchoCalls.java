package dev.oneport.sample;

import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc.EchoImplBase;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The sample service over gRPC, with one method of each kind. */
final class EchoCalls extends EchoImplBase {
  private final Echo echo;

  EchoCalls(Echo echo) {
    this.echo = echo;
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PongResult> answer) {
    answer.onNext(PongResult.newBuilder().setMessage(echo.ping()).build());
    answer.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Tick> ticks) {
    var call = (ServerCallStreamObserver<Tick>) ticks;
    var number = request.getFirst();
    for (long sent = 0; request.getCount() == 0 || sent < request.getCount(); sent++, number++) {
      if (call.isCancelled()) {
        return;
      }
      if (sent > 0 && request.getIntervalMs() != 0 && !pause(request.getIntervalMs())) {
        return;
      }
      ticks.onNext(Tick.newBuilder().setNumber(number).setMessage(echo.ping()).build());
    }
    ticks.onCompleted();
  }

  @Override
  public StreamObserver<PingRequest> collect(StreamObserver<CollectResult> answer) {
    var collected = new Echo.Collected();
    return new Incoming<>(answer) {
      @Override
      public void onNext(PingRequest ping) {
        collected.add(ping.getMessage());
      }

      @Override
      public void onCompleted() {
        answer.onNext(
            CollectResult.newBuilder()
                .setCount(collected.count())
                .setBytes(collected.bytes())
                .build());
        answer.onCompleted();
      }
    };
  }

  @Override
  public StreamObserver<ChatMessage> chat(StreamObserver<ChatMessage> answers) {
    return new Incoming<>(answers) {
      @Override
      public void onNext(ChatMessage message) {
        answers.onNext(
            ChatMessage.newBuilder()
                .setNumber(message.getNumber())
                .setMessage(echo.ping())
                .build());
      }
    };
  }

  private static boolean pause(int milliseconds) {
    try {
      Thread.sleep(Integer.toUnsignedLong(milliseconds));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The client's stream; when it completes, the server's stream completes too. */
  private abstract static class Incoming<T> implements StreamObserver<T> {
    private final StreamObserver<?> answers;

    Incoming(StreamObserver<?> answers) {
      this.answers = answers;
    }

    @Override
    public void onError(Throwable cancelled) {
      // The client cancelled the call, so nothing needs an answer.
    }

    @Override
    public void onCompleted() {
      answers.onCompleted();
    }
  }
}
