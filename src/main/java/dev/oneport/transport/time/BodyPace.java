package dev.oneport.transport.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how slowly one body may arrive: no pause may exceed the limit, and once the total waiting
 * time does, the bytes must have arrived at the minimum rate. Only waiting counts, so a slow
 * handler never fails a client. Used by one thread at a time.
 */
public final class BodyPace {
  private final long pause;
  private final int rate;
  private long waited;
  private long received;

  /**
   * Creates the bound for a body that has not begun to arrive.
   *
   * @param rate bytes per second; 0 for no minimum
   */
  public BodyPace(Duration pause, int rate) {
    this.pause = pause.toNanos();
    this.rate = rate;
  }

  /** How many nanoseconds to wait for the next bytes; 0 if the body is too slow. */
  public long patience() {
    if (rate == 0) {
      return pause;
    }
    var earned = TimeUnit.SECONDS.toNanos(received / rate);
    return Math.clamp(pause + earned - waited, 0, pause);
  }

  /** Counts time that the reader has waited. */
  public void waited(long nanos) {
    waited += nanos;
  }

  /** Counts received bytes. */
  public void received(long bytes) {
    received += bytes;
  }
}
