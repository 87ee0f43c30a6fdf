package dev.oneport.fleet.redis;

import io.github.bucket4j.TimeMeter;

/**
 * The time of Redis, which all servers go by: this server's steady clock, set by what Redis says.
 */
final class RedisTime implements TimeMeter {
  private static final long SECOND = 1_000_000_000;
  private static final long MICROSECOND = 1_000;

  private volatile long ahead;
  private volatile boolean known;

  /**
   * Sets it.
   *
   * @param before when Redis was asked, and {@code after} when it had answered, by the steady clock
   */
  void heard(long before, long after, long seconds, long micros) {
    long halfway = before + (after - before) / 2;
    ahead = seconds * SECOND + micros * MICROSECOND - halfway;
    known = true;
  }

  boolean isKnown() {
    return known;
  }

  @Override
  public long currentTimeNanos() {
    return System.nanoTime() + ahead;
  }

  @Override
  public boolean isWallClockBased() {
    return true;
  }
}
