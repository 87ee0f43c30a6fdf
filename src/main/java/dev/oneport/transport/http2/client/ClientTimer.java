package dev.oneport.transport.http2.client;

import java.time.Duration;

/** Decides what is due on a connection: see {@link ClientLimits}. */
final class ClientTimer {
  /** The action that the connection must take. */
  enum Action {
    NOTHING,
    PING,
    /** Close the connection, because it has been idle for too long. */
    LEAVE,
    /** Close the connection, because the server is stuck. */
    STUCK
  }

  private final ClientLimits limits;
  private volatile long heard = System.nanoTime();
  private volatile long busy = heard;
  private volatile long blockSince;
  // Used only by the watchdog's thread.
  private long pingSince;

  ClientTimer(ClientLimits limits) {
    this.limits = limits;
  }

  /** Notes that bytes have arrived. */
  void heard() {
    heard = System.nanoTime();
  }

  /** Notes that a stream began or ended. */
  void busy() {
    busy = System.nanoTime();
  }

  /** Notes whether a header block is incomplete. */
  void headerBlock(boolean incomplete) {
    blockSince = incomplete ? System.nanoTime() | 1 : 0;
  }

  Action due(long now, boolean empty, long stuckNanos) {
    long block = blockSince;
    if (stuckNanos > limits.write().toNanos()
        || (block != 0 && isOver(block, limits.headers(), now))) {
      return Action.STUCK;
    }
    if (empty) {
      pingSince = 0;
      return isOver(busy, limits.idle(), now) ? Action.LEAVE : Action.NOTHING;
    }
    if (pingSince == 0) {
      boolean silent =
          isOver(heard, limits.keepAlive(), now) && isOver(busy, limits.keepAlive(), now);
      pingSince = silent ? now | 1 : 0;
      return silent ? Action.PING : Action.NOTHING;
    }
    if (heard - pingSince > 0) {
      pingSince = 0;
      return Action.NOTHING;
    }
    return isOver(pingSince, limits.keepAliveTimeout(), now) ? Action.STUCK : Action.NOTHING;
  }

  private static boolean isOver(long since, Duration time, long now) {
    return now - since > time.toNanos();
  }
}
