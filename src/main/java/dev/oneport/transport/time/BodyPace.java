package dev.oneport.transport.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how slowly one body may arrive: no pause may exceed the limit, and once the total wait
 * does, the bytes so far must have arrived at the minimum rate. Only waiting counts, so a handler
 * that reads slowly never fails a client. Used by one thread at a time.
 */
public final class BodyPace {
  private final long pause;
  private final int rate;
  private long waited;
  private long received;

  /**
   * A body of which nothing has arrived.
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

  /** The reader has waited for that long. */
  public void waited(long nanos) {
    waited += nanos;
  }

  /** Bytes have arrived. */
  public void received(long bytes) {
    received += bytes;
  }
}
