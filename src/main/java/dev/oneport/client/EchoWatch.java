package dev.oneport.client;

import dev.oneport.client.EchoClient.Ticks;
import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import dev.oneport.echo.proto.EchoGrpc;
import dev.oneport.echo.proto.Tick;
import dev.oneport.echo.proto.WatchRequest;
import java.time.Duration;
import java.util.function.Consumer;

/** One call of {@code Watch} over as many connections as it takes: it knows what is missing. */
final class EchoWatch {
  private final GrpcCalls grpc;
  private final String message;
  private final Ticks ticks;
  private final Consumer<Answer> each;
  private final Duration longest;
  private long had;

  /**
   * A watch.
   *
   * @param timeout a tick that is later than its interval by this means a dead connection
   */
  EchoWatch(GrpcCalls grpc, String message, Ticks ticks, Consumer<Answer> each, Duration timeout) {
    this.grpc = grpc;
    this.message = message;
    this.ticks = ticks;
    this.each = each;
    this.longest = ticks.interval().plus(timeout);
  }

  /** Goes on where the last connection ended; returns after the last tick. */
  boolean run(Attempt attempt) throws InterruptedException {
    try (var stream = grpc.open(EchoGrpc.getWatchMethod(), attempt.token())) {
      stream.send(missing());
      stream.finish();
      while (take(stream.receive(longest))) {
        attempt.progressed();
      }
    } catch (CallFailed e) {
      if (!complete()) {
        throw e;
      }
    }
    return true;
  }

  private boolean take(Received<Tick> received) {
    return switch (received) {
      case Got<Tick>(var tick) -> {
        take(tick);
        yield true;
      }
      case Quiet<Tick>() ->
          throw CallFailed.of(
              Problem.CONNECTION_LOST, "nothing came for " + longest.toSeconds() + " s");
      case Ended<Tick>() when !complete() ->
          throw CallFailed.of(Problem.CONNECTION_LOST, "the stream ended before its last tick");
      case Ended<Tick>() -> false;
    };
  }

  private void take(Tick tick) {
    var wanted = ticks.first() + had;
    if (tick.getNumber() > wanted) {
      throw CallFailed.of(
          Problem.SERVER_FAILED, "tick " + tick.getNumber() + " came where " + wanted + " belongs");
    }
    if (tick.getNumber() == wanted) {
      had++;
      each.accept(new Answer(wanted, tick.getMessage()));
    }
  }

  private boolean complete() {
    return ticks.count() > 0 && had >= ticks.count();
  }

  private WatchRequest missing() {
    return WatchRequest.newBuilder()
        .setMessage(message)
        .setFirst(ticks.first() + had)
        .setCount(ticks.count() == 0 ? 0 : (int) (ticks.count() - had))
        .setIntervalMs(Math.toIntExact(ticks.interval().toMillis()))
        .build();
  }
}
