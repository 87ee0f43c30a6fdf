package dev.oneport.testing;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.EchoGrpc.EchoImplBase;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.stub.StreamObserver;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.ArrayList;

/**
 * The sample service as seen through a bad proxy: {@code Watch} stops after its first tick, {@code
 * Chat} answers only at the end, and {@code Collect} is missing.
 */
public final class HinderedEcho extends EchoImplBase implements Service {
  private final Runnable firstTick;

  /**
   * A service.
   *
   * @param firstTick runs instead of a second tick
   */
  public HinderedEcho(Runnable firstTick) {
    this.firstTick = firstTick;
  }

  @Override
  public void mount(Mount port) {
    port.http().get("/ping", (_, response) -> response.send("{\"message\":\"pong\"}"));
    port.grpc(this);
    port.webSocket("/ws", Socket::new);
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PongResult> answer) {
    answer.onNext(PongResult.newBuilder().setMessage("pong").build());
    answer.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Tick> ticks) {
    ticks.onNext(Tick.newBuilder().setNumber(request.getFirst()).build());
    firstTick.run();
  }

  @Override
  public StreamObserver<ChatMessage> chat(StreamObserver<ChatMessage> answers) {
    var held = new ArrayList<ChatMessage>();
    return new StreamObserver<>() {
      @Override
      public void onNext(ChatMessage message) {
        held.add(message);
      }

      @Override
      public void onError(Throwable error) {
        held.clear();
      }

      @Override
      public void onCompleted() {
        held.forEach(answers::onNext);
        answers.onCompleted();
      }
    };
  }

  private static final class Socket implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send("{\"request\":" + text + ",\"message\":\"pong\"}", true);
    }
  }
}
