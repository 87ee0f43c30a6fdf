package dev.oneport.transport.http1;

import dev.oneport.transport.time.DeadlineWatch;
import java.util.concurrent.TimeUnit;

/**
 * Patience with one body: no pause may be longer than the limit, and once as much time has been
 * spent waiting, the bytes so far must have come at the least rate. Only time spent waiting counts:
 * a handler that reads slowly harms no client.
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
