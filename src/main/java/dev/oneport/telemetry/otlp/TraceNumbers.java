package dev.oneport.telemetry.otlp;

import dev.oneport.telemetry.Sampling;
import dev.oneport.trace.Trace;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Draws the numbers of traces and spans. Whether a new trace is sampled follows from its number, as
 * {@code traceidratio} has it, so that other programs with the same ratio come to the same answer.
 * That is decided here, before the SDK hears of the call, because nine calls in ten are not sampled
 * and should cost no more than their numbers.
 */
final class TraceNumbers implements IdGenerator {
  private static final HexFormat HEX = HexFormat.of();

  /** A trace is sampled if the amount of its lower half is less. */
  private final long bound;

  TraceNumbers(Sampling sampling) {
    bound = (long) (Math.clamp(sampling.ratio(), 0, 1) * Long.MAX_VALUE);
  }

  /** Begins a new trace; empty if it is sampled, then it is for the SDK to begin. */
  Optional<Trace> beginUnsampled() {
    var random = ThreadLocalRandom.current();
    var low = random.nextLong();
    if (Math.abs(low) < bound) {
      return Optional.empty();
    }
    return Optional.of(new Trace(notZero(random), low, notZero(random), false, "", true));
  }

  /** A new span in a trace that is not sampled. */
  Trace unsampled(Trace parent) {
    return new Trace(
        parent.high(), parent.low(), notZero(ThreadLocalRandom.current()), false, "", true);
  }

  @Override
  public String generateSpanId() {
    return HEX.toHexDigits(notZero(ThreadLocalRandom.current()));
  }

  /** The number of a new trace that is sampled, because the SDK begins no others. */
  @Override
  public String generateTraceId() {
    var random = ThreadLocalRandom.current();
    var low = bound > 1 ? random.nextLong(1 - bound, bound) : random.nextLong();
    return HEX.toHexDigits(notZero(random)) + HEX.toHexDigits(low);
  }

  /** Numbers that are zero are invalid (W3C Trace Context section 3.2.2). */
  private static long notZero(ThreadLocalRandom random) {
    while (true) {
      var number = random.nextLong();
      if (number != 0) {
        return number;
      }
    }
  }
}
