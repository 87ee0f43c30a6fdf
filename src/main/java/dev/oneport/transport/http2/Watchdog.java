package dev.oneport.transport.http2;

import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks the deadlines of all connections four times a second. A thread runs while there are
 * connections.
 */
final class Watchdog {
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final Set<Http2Connection> connections = ConcurrentHashMap.newKeySet();
  private final OnDemand thread =
      new OnDemand("http2-watchdog", PERIOD, () -> !connections.isEmpty(), this::look);

  /** A live view of the open connections. */
  Set<Http2Connection> connections() {
    return connections;
  }

  void add(Http2Connection connection) {
    connections.add(connection);
    thread.wake();
  }

  /** Removes a connection; true if it was the last one. */
  boolean remove(Http2Connection connection) {
    connections.remove(connection);
    return connections.isEmpty();
  }

  private void look() {
    for (var connection : connections) {
      var _ = Background.attempt(connection::tick);
    }
  }
}
