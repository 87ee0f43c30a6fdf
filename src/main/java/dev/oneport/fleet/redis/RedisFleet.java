package dev.oneport.fleet.redis;

import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.QuotaStore;
import dev.oneport.fleet.RedisSettings;
import dev.oneport.fleet.RevocationStore;
import dev.oneport.fleet.SharedRedis;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** What servers share in Redis, with Lettuce. */
public final class RedisFleet implements SharedRedis {
  private static final Duration GLANCE = Duration.ofMillis(5);

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
  public Optional<String> awaitAnswer(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (!connection.answers()) {
      if (System.nanoTime() > end) {
        return Optional.of(connection.trouble().last());
      }
      Thread.sleep(GLANCE);
    }
    return Optional.empty();
  }

  @Override
  public RevocationStore revocations(Lapse lapse, InstantSource wall) {
    return new RedisRevocations(connection, lapse, wall);
  }

  @Override
  public QuotaStore quotas() {
    return new RedisQuotas(connection, RedisQuotas.ALIVE);
  }

  @Override
  public void close() {
    connection.close();
  }
}
