package dev.oneport.transport.http1;

import dev.oneport.transport.time.DeadlineWatch;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how slowly one body may arrive: no pause may exceed the limit, and once the total wait
 * does, the bytes so far must have arrived at the minimum rate. Only waiting counts, so a handler
 * that reads slowly never fails a client.
 */
final class BodyPatience implements Patience {
  private final DeadlineWatch watchdog;
  private final long pause;
  private final int rate;
  private long waited;
  private long received;

  BodyPatience(DeadlineWatch watchdog, Http1Limits limits) {
    this.watchdog = watchdog;
    this.pause = limits.bodyTimeout().toNanos();
    this.rate = limits.minBodyRate();
  }

  @Override
  public long until(long now) {
    if (rate == 0) {
      return now + pause;
    }
    var earned = TimeUnit.SECONDS.toNanos(received / rate);
    return now + Math.max(0, Math.min(pause, pause + earned - waited));
  }

  @Override
  public void received(long since, int bytes) {
    waited += watchdog.now() - since;
    received += bytes;
  }
}
