package dev.oneport.server;

import dev.oneport.fleet.RedisSettings;
import dev.oneport.fleet.SharedRedis;
import dev.oneport.fleet.redis.RedisFleet;
import java.util.Optional;

/** Opens the Redis of the fleet where it is configured; its classes are loaded by nothing else. */
public final class ConfiguredRedis {
  private ConfiguredRedis() {}

  /** By the settings; it is not connected yet. */
  public static Optional<SharedRedis> of(Optional<RedisSettings> settings) {
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    // Not as a method reference, which would load the class whether or not it is called.
    return Optional.of(RedisFleet.of(settings.get()));
  }
}
