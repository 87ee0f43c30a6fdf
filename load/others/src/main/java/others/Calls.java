package others;

import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc.EchoImplBase;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.stub.StreamObserver;

/** The same answers as OnePort's sample service; the handlers do not block. */
final class Calls extends EchoImplBase {
  @Override
  public void ping(PingRequest request, StreamObserver<PongResult> answer) {
    answer.onNext(PongResult.newBuilder().setMessage("pong").build());
    answer.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Tick> ticks) {
    for (var number = 0; number < request.getCount(); number++) {
      ticks.onNext(
          Tick.newBuilder().setNumber(request.getFirst() + number).setMessage("pong").build());
    }
    ticks.onCompleted();
  }

  @Override
  public StreamObserver<PingRequest> collect(StreamObserver<CollectResult> answer) {
    return new Incoming<>(answer) {
      private long count;
      private long bytes;

      @Override
      public void onNext(PingRequest ping) {
        count++;
        bytes += ping.getMessageBytes().size();
      }

      @Override
      public void onCompleted() {
        answer.onNext(CollectResult.newBuilder().setCount(count).setBytes(bytes).build());
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
            ChatMessage.newBuilder().setNumber(message.getNumber()).setMessage("pong").build());
      }
    };
  }

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
