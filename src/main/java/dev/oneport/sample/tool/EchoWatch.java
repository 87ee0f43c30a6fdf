package dev.oneport.sample.tool;

import dev.oneport.client.CallFailed;
import dev.oneport.client.Problem;
import dev.oneport.client.ResumedStream;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import dev.oneport.sample.tool.EchoClient.Ticks;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code Watch}, over as many connections as needed; keeps track of the missing ticks.
 */
final class EchoWatch {
  private final String message;
  private final Ticks ticks;
  private long received;

  EchoWatch(String message, Ticks ticks) {
    this.message = message;
    this.ticks = ticks;
  }

  /** The request for all ticks. */
  WatchRequest first() {
    return request(ticks.first(), ticks.count());
  }

  /** The request for the ticks after a tick; null if there are none. */
  @Nullable WatchRequest after(Tick last) {
    var next = last.getNumber() + 1;
    return complete()
        ? null
        : request(next, ticks.count() == 0 ? 0 : (int) (ticks.first() + ticks.count() - next));
  }

  /**
   * Reads all ticks.
   *
   * @param longest how long to wait for each tick
   * @throws CallFailed if a tick is missing
   */
  void read(ResumedStream<Tick> stream, Duration longest, Consumer<Answer> each)
      throws InterruptedException {
    for (var tick = stream.read(longest); tick.isPresent(); tick = stream.read(longest)) {
      onTick(tick.get(), each);
    }
    if (!complete()) {
      throw CallFailed.of(Problem.SERVER_FAILED, "the stream ended before its last tick");
    }
  }

  private void onTick(Tick tick, Consumer<Answer> each) {
    var wanted = ticks.first() + received;
    if (tick.getNumber() > wanted) {
      throw CallFailed.of(
          Problem.SERVER_FAILED, "tick " + tick.getNumber() + " arrived instead of " + wanted);
    }
    if (tick.getNumber() == wanted) {
      received++;
      each.accept(new Answer(wanted, tick.getMessage()));
    }
  }

  private boolean complete() {
    return ticks.count() > 0 && received >= ticks.count();
  }

  private WatchRequest request(long first, int count) {
    return WatchRequest.newBuilder()
        .setMessage(message)
        .setFirst(first)
        .setCount(count)
        .setIntervalMs(Math.toIntExact(ticks.interval().toMillis()))
        .build();
  }
}
