package dev.oneport.sample.tool;

import dev.oneport.api.Mount;
import dev.oneport.api.Reason;
import dev.oneport.api.Service;
import dev.oneport.gate.GrpcProblem;
import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc.EchoImplBase;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A faulty sample service: each call or socket ends after a few messages, in the next way from a
 * list; after the end of the list everything succeeds.
 */
final class FlakyEcho extends EchoImplBase implements Service {
  private static final int GOOD_MESSAGES = 5;
  private static final Duration RETRY = Duration.ofMillis(50);

  private final Queue<String> ends;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * A faulty service.
   *
   * @param ends names of {@link Reason}s or gRPC statuses, or close codes; {@code REPEAT} sends a
   *     tick twice and {@code SKIP} leaves one out
   */
  FlakyEcho(String... ends) {
    this.ends = new ArrayDeque<>(List.of(ends));
  }

  /** The number of calls and sockets so far. */
  int calls() {
    return calls.get();
  }

  @Override
  public void mount(Mount port) {
    port.http().get("/ping", (_, response) -> response.send("{\"message\":\"pong\"}"));
    port.grpc(this);
    port.webSocket("/ws", () -> new Socket(next()));
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PongResult> answer) {
    var end = next();
    if (end.isPresent()) {
      answer.onError(error(end.get()));
    } else {
      answer.onNext(PongResult.newBuilder().setMessage("pong").build());
      answer.onCompleted();
    }
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Tick> ticks) {
    var end = next();
    var number = request.getFirst();
    for (int sent = 0; sent < request.getCount(); sent++, number++) {
      if (end.isPresent() && sent == GOOD_MESSAGES) {
        switch (end.get()) {
          case "REPEAT" -> ticks.onNext(tick(number - 1));
          case "SKIP" -> number++;
          case "COMPLETE" -> {
            ticks.onCompleted();
            return;
          }
          default -> {
            ticks.onError(error(end.get()));
            return;
          }
        }
      }
      ticks.onNext(tick(number));
    }
    ticks.onCompleted();
  }

  @Override
  public StreamObserver<PingRequest> collect(StreamObserver<CollectResult> answer) {
    var end = next();
    return new Incoming<>(end, answer) {
      private int count;

      @Override
      boolean take(PingRequest message) {
        return ++count < GOOD_MESSAGES || end.isEmpty();
      }

      @Override
      void finish() {
        answer.onNext(CollectResult.newBuilder().setCount(count).build());
      }
    };
  }

  @Override
  public StreamObserver<ChatMessage> chat(StreamObserver<ChatMessage> answers) {
    var end = next();
    return new Incoming<>(end, answers) {
      private int count;

      @Override
      boolean take(ChatMessage message) {
        if (count++ == GOOD_MESSAGES && end.isPresent()) {
          return false;
        }
        answers.onNext(message);
        return true;
      }

      @Override
      void finish() {}
    };
  }

  private Optional<String> next() {
    calls.incrementAndGet();
    synchronized (ends) {
      return Optional.ofNullable(ends.poll());
    }
  }

  private static Tick tick(long number) {
    return Tick.newBuilder().setNumber(number).setMessage("pong").build();
  }

  private static Throwable error(String end) {
    for (var reason : Reason.values()) {
      if (reason.name().equals(end)) {
        return GrpcProblem.of(reason, RETRY);
      }
    }
    return Status.Code.valueOf(end).toStatus().withDescription("as the test wants").asException();
  }

  /** A client stream that may fail. */
  private abstract static class Incoming<Q> implements StreamObserver<Q> {
    private final Optional<String> end;
    private final StreamObserver<?> answer;
    private boolean over;

    Incoming(Optional<String> end, StreamObserver<?> answer) {
      this.end = end;
      this.answer = answer;
    }

    abstract boolean take(Q message);

    abstract void finish();

    @Override
    public void onNext(Q message) {
      if (!over && !take(message)) {
        over = true;
        answer.onError(error(end.orElseThrow()));
      }
    }

    @Override
    public void onError(Throwable error) {
      over = true;
    }

    @Override
    public void onCompleted() {
      if (!over) {
        over = true;
        finish();
        answer.onCompleted();
      }
    }
  }

  /** A socket that closes after a few messages. */
  private static final class Socket implements WsListener {
    private final Optional<String> end;
    private int count;

    Socket(Optional<String> end) {
      this.end = end;
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      if (count++ >= GOOD_MESSAGES && end.isPresent()) {
        if (count == GOOD_MESSAGES + 1) {
          session.close(Integer.parseInt(end.get()), "as the test wants");
        }
        return;
      }
      session.send("{\"request\":" + text + ",\"message\":\"pong\"}", true);
    }
  }
}
