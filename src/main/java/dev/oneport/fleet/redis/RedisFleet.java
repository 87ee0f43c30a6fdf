package dev.oneport.fleet.redis;

import dev.oneport.fleet.RedisSettings;
import dev.oneport.fleet.SharedRedis;

/** What servers share in Redis, with Lettuce. */
public final class RedisFleet implements SharedRedis {
  private final RedisConnection connection;

  private RedisFleet(RedisConnection connection) {
    this.connection = connection;
  }

  /** By the settings; {@link #start} connects. */
  public static SharedRedis of(RedisSettings settings) {
    return new RedisFleet(new RedisConnection(settings));
  }

  @Override
  public void start() {
    connection.start();
  }

  @Override
  public boolean answers() {
    return connection.answers();
  }

  @Override
  public void close() {
    connection.close();
  }
}
