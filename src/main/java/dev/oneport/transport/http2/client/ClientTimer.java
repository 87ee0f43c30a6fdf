package dev.oneport.transport.http2.client;

import java.time.Duration;

/** Decides what is due on a connection: see {@link ClientLimits}. */
final class ClientTimer {
  /** What the connection has to do now. */
  enum Action {
    NOTHING,
    PING,
    /** Nobody has used it for long. */
    LEAVE,
    /** The server does not go on. */
    STUCK
  }

  private final ClientLimits limits;
  private volatile long heard = System.nanoTime();
  private volatile long busy = heard;
  private volatile long blockSince;
  // Belongs to the thread that ticks.
  private long pingSince;

  ClientTimer(ClientLimits limits) {
    this.limits = limits;
  }

  /** Bytes came. */
  void heard() {
    heard = System.nanoTime();
  }

  /** A stream began or ended. */
  void busy() {
    busy = System.nanoTime();
  }

  /** A header block is incomplete, or no longer. */
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
