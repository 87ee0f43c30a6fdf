package dev.oneport.transport.http1;

import dev.oneport.transport.time.BodyPace;
import dev.oneport.transport.time.DeadlineWatch;

/** How long to wait for the next bytes of a body. */
final class BodyPatience implements Patience {
  private final DeadlineWatch watchdog;
  private final BodyPace pace;

  BodyPatience(DeadlineWatch watchdog, Http1Limits limits) {
    this.watchdog = watchdog;
    this.pace = new BodyPace(limits.bodyTimeout(), limits.minBodyRate());
  }

  @Override
  public long until(long now) {
    return now + pace.patience();
  }

  @Override
  public void received(long since, int bytes) {
    pace.waited(watchdog.now() - since);
    pace.received(bytes);
  }
}
