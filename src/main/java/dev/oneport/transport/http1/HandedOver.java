package dev.oneport.transport.http1;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** Makes Helidon's HTTP/1.1 connection return, so that the next protocol gets the thread. */
record HandedOver() implements ServerConnection {
  @Override
  public void handle(Limit limit) {}

  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {}
}
