package dev.oneport.transport.http2;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Decides what is due on a connection: see {@link Timeouts}. */
final class ConnectionTimer {
  /** The action that the connection must take. */
  enum Due {
    NOTHING,
    PING,
    DRAIN,
    CLOSE
  }

  private final Timeouts timeouts;
  private final LongSupplier nanos;
  private final long begin;
  private volatile boolean greeted;
  private volatile long heard;
  private volatile long busy;
  private volatile long blockSince;
  private volatile long lingerSince;
  // Used only by the watchdog's thread.
  private long pingSince;

  ConnectionTimer(Timeouts timeouts, LongSupplier nanos) {
    this.timeouts = timeouts;
    this.nanos = nanos;
    this.begin = now();
    this.heard = begin;
    this.busy = begin;
  }

  /** The current time, never 0, which means "not set" in this class. */
  private long now() {
    return nanos.getAsLong() | 1;
  }

  /** Notes that the client's preface is complete. */
  void greeted() {
    greeted = true;
  }

  /** Notes that bytes have arrived. */
  void bytesArrived() {
    heard = now();
  }

  /** Notes that a stream began or ended. */
  void busy() {
    busy = now();
  }

  /** Notes whether a header block is incomplete. */
  void headerBlock(boolean incomplete) {
    blockSince = incomplete ? now() : 0;
  }

  /** Starts the time that the client has to close a finished connection. */
  void linger() {
    if (lingerSince == 0) {
      lingerSince = now();
    }
  }

  /** The time since a stream last began or ended. */
  Duration idle() {
    return Duration.ofNanos(Math.max(0, now() - busy));
  }

  Due due(long stuckNanos) {
    long now = now();
    if (isOver(lingerSince, timeouts.linger(), now)
        || (!greeted && isOver(begin, timeouts.preface(), now))
        || isOver(blockSince, timeouts.headers(), now)
        || stuckNanos > timeouts.write().toNanos()
        || isTooOld(now)
        || isSilent(now)) {
      return Due.CLOSE;
    }
    if (!timeouts.maxAge().isZero() && isOver(begin, timeouts.maxAge(), now)) {
      return Due.DRAIN;
    }
    return shouldPing(now) ? Due.PING : Due.NOTHING;
  }

  private boolean isTooOld(long now) {
    return !timeouts.maxAge().isZero()
        && !timeouts.maxAgeGrace().isZero()
        && isOver(begin, timeouts.maxAge().plus(timeouts.maxAgeGrace()), now);
  }

  private boolean isSilent(long now) {
    if (pingSince != 0 && heard - pingSince > 0) {
      pingSince = 0;
    }
    return isOver(pingSince, timeouts.keepAliveTimeout(), now);
  }

  private boolean shouldPing(long now) {
    if (timeouts.keepAliveInterval().isZero()
        || pingSince != 0
        || !isOver(heard, timeouts.keepAliveInterval(), now)) {
      return false;
    }
    pingSince = now;
    return true;
  }

  private static boolean isOver(long since, Duration time, long now) {
    return since != 0 && now - since > time.toNanos();
  }
}
