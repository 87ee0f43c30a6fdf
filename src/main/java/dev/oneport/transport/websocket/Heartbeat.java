package dev.oneport.transport.websocket;

import dev.oneport.transport.time.DeadlineWatch;
import java.time.Duration;

/**
 * Decides when to ping a silent client and when to give it up. Silence counts only while the server
 * waits for the client and writes nothing: a client does not count as dead because of a slow
 * listener, or of a slow write, which a ping cannot overtake.
 */
final class Heartbeat {
  private final DeadlineWatch watchdog;
  private final long interval;
  private final int missedPings;
  private volatile long heard;
  private volatile boolean listening;
  private int pings;
  private Sent sent = new Sent(0, 0);

  /** The action to take now. */
  enum Action {
    NOTHING,
    PING,
    GIVE_UP
  }

  Heartbeat(DeadlineWatch watchdog, WebSocketLimits limits) {
    this.watchdog = watchdog;
    this.interval = limits.pingInterval().toNanos();
    this.missedPings = limits.missedPings();
  }

  /** Called when the server begins to wait for the client. */
  void listening() {
    heard = watchdog.now();
    listening = true;
  }

  /** Called when the client has sent something. */
  void bytesArrived() {
    listening = false;
  }

  private boolean on() {
    return interval > 0;
  }

  /**
   * How long nothing has been received or sent; zero if pings detect dead clients. Called
   * periodically, on one thread at a time.
   *
   * @param sofar the messages sent so far, to detect further ones
   */
  Duration silence(Sent sofar) {
    if (!listening || on()) {
      return Duration.ZERO;
    }
    var now = watchdog.now();
    if (!sofar.equals(sent)) {
      sent = sofar;
      heard = now;
    }
    return Duration.ofNanos(now - heard);
  }

  /**
   * Returns the action that is due. Called periodically, on one thread at a time.
   *
   * @param writing whether a write is in progress, which has a separate time limit
   */
  Action look(long now, boolean writing) {
    if (writing) {
      heard = now;
    }
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
