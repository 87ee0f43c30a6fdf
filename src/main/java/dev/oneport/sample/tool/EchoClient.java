package dev.oneport.sample.tool;

import dev.oneport.client.Attempt;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import dev.oneport.sample.proto.CollectResult;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Calls the sample service. Its streams resume after lost connections, restarts and expired tokens:
 * each message arrives once, and in order.
 */
public final class EchoClient {
  private final OnePortClient client;
  private final Duration timeout;

  /**
   * A client of Echo.
   *
   * @param timeout a connection without an answer for this long is treated as dead
   */
  public EchoClient(OnePortClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * The answer of {@code Collect}.
   *
   * @param bytes the total length of all messages, in UTF-8
   */
  public record Collected(long count, long bytes) {}

  /**
   * The ticks to watch.
   *
   * @param first the number of the first tick
   * @param count how many; 0 for no limit
   * @param interval the time between two ticks, in whole milliseconds
   */
  public record Ticks(long first, int count, Duration interval) {
    public Ticks {
      if (first < 0 || count < 0 || interval.isNegative() || interval.toDays() > 1) {
        throw new InvalidInput(
            "the first number and the count of ticks must be 0 or more, and the interval at most a day");
      }
    }
  }

  /** Calls {@code Ping} and returns its answer. */
  public String ping(String message) {
    try {
      return EchoGrpc.newBlockingStub(client.channel())
          .withOption(OnePortClient.REPEATABLE, true)
          .ping(request(message))
          .getMessage();
    } catch (StatusRuntimeException e) {
      if (e.getCause() instanceof InvalidInput wrong) {
        throw wrong;
      }
      throw CallFailed.in(e).orElseThrow(() -> e);
    }
  }

  /** Calls {@code Watch}; after a lost connection it continues with the next tick. */
  public void watch(String message, Ticks ticks, Consumer<Answer> each)
      throws InterruptedException {
    var watch = new EchoWatch(message, ticks);
    try (var stream = client.stream(EchoGrpc.getWatchMethod(), watch.first(), watch::after)) {
      watch.read(stream, ticks.interval().plus(timeout), each);
    }
  }

  /** Calls {@code Collect}; after a lost connection it starts over, with a new iterator. */
  public Collected collect(Iterable<String> messages) throws InterruptedException {
    return client.retry(true, attempt -> collect(attempt, messages));
  }

  /**
   * Calls {@code Chat}: sends each message and receives its answer; after a lost connection,
   * unanswered messages are sent again.
   */
  public void chat(Iterator<String> messages, Consumer<Answer> answers)
      throws InterruptedException {
    converse(EchoLinks::chat, messages, answers);
  }

  /**
   * The same over WebSocket.
   *
   * @param path the path of the socket
   */
  public void webSocket(String path, Iterator<String> messages, Consumer<Answer> answers)
      throws InterruptedException {
    converse(attempt -> EchoLinks.webSocket(attempt, path), messages, answers);
  }

  private void converse(
      Conversation.Opener opener, Iterator<String> messages, Consumer<Answer> answers)
      throws InterruptedException {
    try (var conversation = new Conversation(opener, messages, answers, timeout)) {
      client.retry(true, conversation::run);
    }
  }

  private Collected collect(Attempt attempt, Iterable<String> messages)
      throws InterruptedException {
    try (var stream = attempt.open(EchoGrpc.getCollectMethod())) {
      for (var message : messages) {
        if (!stream.send(request(message))) {
          break;
        }
      }
      stream.finish();
      var result = only(stream);
      return new Collected(result.getCount(), result.getBytes());
    }
  }

  /** Returns the only answer of a call, once the call has ended without an error. */
  private CollectResult only(Connection<PingRequest, CollectResult> stream)
      throws InterruptedException {
    if (!(stream.receive(timeout) instanceof Got<CollectResult>(var answer))) {
      throw CallFailed.of(Problem.TIMED_OUT, "the server sent no answer");
    }
    return switch (stream.receive(timeout)) {
      case Got<CollectResult> _ ->
          throw CallFailed.of(Problem.SERVER_FAILED, "the server sent several answers to one call");
      case Quiet<CollectResult> _ ->
          throw CallFailed.of(Problem.TIMED_OUT, "the call did not end in time");
      case Ended<CollectResult> _ -> answer;
    };
  }

  private static PingRequest request(String message) {
    return PingRequest.newBuilder().setMessage(message).build();
  }
}
