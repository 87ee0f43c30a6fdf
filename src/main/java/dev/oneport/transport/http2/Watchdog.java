package dev.oneport.transport.http2;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at every connection four times a second for what is due by time. Has a thread while there
 * are connections.
 */
final class Watchdog {
  private static final System.Logger LOGGER = System.getLogger(Watchdog.class.getName());
  private static final long PERIOD_MILLIS = 250;

  private final Set<Http2Connection> connections = ConcurrentHashMap.newKeySet();
  private boolean watching;

  /** The connections that are there; changes while one looks. */
  Set<Http2Connection> connections() {
    return connections;
  }

  synchronized void add(Http2Connection connection) {
    connections.add(connection);
    if (!watching) {
      watching = true;
      Threads.start("http2-watch", this::watch);
    }
  }

  /** True if that was the last one. */
  boolean remove(Http2Connection connection) {
    connections.remove(connection);
    return connections.isEmpty();
  }

  private void watch() {
    do {
      connections.forEach(Watchdog::tick);
      pause();
    } while (isNeeded());
  }

  private synchronized boolean isNeeded() {
    watching = !connections.isEmpty();
    return watching;
  }

  private static void tick(Http2Connection connection) {
    try {
      connection.tick();
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "HTTP/2 connection could not be looked after", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PERIOD_MILLIS);
    } catch (InterruptedException e) {
      // Nobody has a reason to interrupt this thread; it ends with the last connection.
      LOGGER.log(Level.DEBUG, "interrupted", e);
    }
  }
}
