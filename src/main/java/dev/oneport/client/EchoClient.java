package dev.oneport.client;

import dev.oneport.echo.proto.EchoGrpc;
import dev.oneport.echo.proto.PingRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Calls the sample service. Its streams go on over cut connections, restarts and expired tokens:
 * each message is had once, and in order.
 */
public final class EchoClient {
  private final GrpcCalls grpc;
  private final Retries retries;
  private final Link.Opener sockets;
  private final Duration timeout;

  EchoClient(GrpcCalls grpc, Retries retries, Link.Opener sockets, Duration timeout) {
    this.grpc = grpc;
    this.retries = retries;
    this.sockets = sockets;
    this.timeout = timeout;
  }

  /**
   * What {@code Collect} answers.
   *
   * @param bytes the length of all messages together, in UTF-8
   */
  public record Collected(long count, long bytes) {}

  /**
   * Which ticks to watch.
   *
   * @param first the number of the first
   * @param count how many; 0 for all there will ever be
   * @param interval the time between two, in whole milliseconds
   */
  public record Ticks(long first, int count, Duration interval) {
    public Ticks {
      if (first < 0 || count < 0 || interval.isNegative() || interval.toDays() > 1) {
        throw new InvalidInput("ticks have a number and a count from 0, and a day between at most");
      }
    }
  }

  /** Calls {@code Ping} and returns its answer. */
  public String ping(String message) throws InterruptedException {
    return grpc.unary(EchoGrpc.getPingMethod(), request(message), true).getMessage();
  }

  /** Calls {@code Watch}; after a cut it goes on with the tick that is missing. */
  public void watch(String message, Ticks ticks, Consumer<Answer> each)
      throws InterruptedException {
    grpc.run(true, new EchoWatch(grpc, message, ticks, each, timeout)::run);
  }

  /** Calls {@code Collect}; after a cut it begins anew, with a new iterator. */
  public Collected collect(Iterable<String> messages) throws InterruptedException {
    return grpc.run(
        true,
        attempt -> {
          try (var stream = grpc.open(EchoGrpc.getCollectMethod(), attempt.token())) {
            for (var message : messages) {
              if (!stream.send(request(message))) {
                break;
              }
            }
            stream.finish();
            var result = grpc.only(stream);
            return new Collected(result.getCount(), result.getBytes());
          }
        });
  }

  /**
   * Calls {@code Chat}: sends each message and takes its answer; after a cut what was not answered
   * is sent again.
   */
  public void chat(Iterator<String> messages, Consumer<Answer> answers)
      throws InterruptedException {
    try (var conversation =
        new Conversation(
            token -> EchoLinks.chat(grpc.open(EchoGrpc.getChatMethod(), token)),
            messages,
            answers,
            timeout)) {
      grpc.run(true, conversation::run);
    }
  }

  /** The same over WebSocket. */
  public void webSocket(Iterator<String> messages, Consumer<Answer> answers)
      throws InterruptedException {
    try (var conversation = new Conversation(sockets, messages, answers, timeout)) {
      retries.run(true, conversation::run);
    }
  }

  private static PingRequest request(String message) {
    return PingRequest.newBuilder().setMessage(message).build();
  }
}
