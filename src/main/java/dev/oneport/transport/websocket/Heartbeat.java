package dev.oneport.transport.websocket;

import dev.oneport.transport.http1.Watchdog;
import java.time.Duration;

/**
 * Decides when a silent client is sent a ping and when it is given up. Silence is counted only
 * while the server listens: a listener that takes its time does not make its client dead.
 */
final class Heartbeat {
  private final Watchdog watchdog;
  private final long interval;
  private final int missedPings;
  private volatile long heard;
  private volatile boolean listening;
  private int pings;

  /** What is to be done now. */
  enum Action {
    NOTHING,
    PING,
    GIVE_UP
  }

  Heartbeat(Watchdog watchdog, WebSocketLimits limits) {
    this.watchdog = watchdog;
    this.interval = limits.pingInterval().toNanos();
    this.missedPings = limits.missedPings();
  }

  /** Hears that the server begins to wait for the client. */
  void listening() {
    heard = watchdog.now();
    listening = true;
  }

  /** Hears that the client has sent something. */
  void heard() {
    listening = false;
  }

  private boolean on() {
    return interval > 0;
  }

  /** How long the client has been silent; zero if pings find out whether it is there. */
  Duration silence() {
    return listening && !on() ? Duration.ofNanos(watchdog.now() - heard) : Duration.ZERO;
  }

  /** Called now and then, on one thread at a time. */
  Action look(long now) {
    if (!on() || !listening) {
      pings = 0;
      return Action.NOTHING;
    }
    var intervals = (now - heard) / interval;
    if (intervals > missedPings) {
      return Action.GIVE_UP;
    }
    if (intervals > pings) {
      pings = (int) intervals;
      return Action.PING;
    }
    pings = (int) intervals;
    return Action.NOTHING;
  }
}
