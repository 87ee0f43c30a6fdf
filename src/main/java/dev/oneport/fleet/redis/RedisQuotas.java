package dev.oneport.fleet.redis;

import dev.oneport.fleet.BudgetName;
import dev.oneport.fleet.QuotaStore;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Budgets as Bucket4j keeps them in Redis, and open streams. All times are Redis's, so that clocks
 * of servers may differ.
 */
final class RedisQuotas implements QuotaStore {
  /** A server that has not announced itself for so long is taken for dead. */
  static final Duration ALIVE = Duration.ofSeconds(5);

  /** How long counts of open streams are kept that nobody tells again. */
  private static final long KEPT = Duration.ofHours(1).toMillis();

  /** How long a full bucket is kept. */
  private static final Duration FULL = Duration.ofSeconds(10);

  private static final String TIME =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      """;

  private static final String ANNOUNCE =
      TIME
          + """
          redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
          local known = redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
          redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
          redis.call('PEXPIRE', KEYS[1], ARGV[2])
          return {redis.call('ZCARD', KEYS[1]), known, tonumber(time[1]), tonumber(time[2])}
          """;

  private static final String HOLD =
      TIME
          + """
          local others = 0
          local counts = redis.call('HGETALL', KEYS[1])
          for i = 1, #counts, 2 do
            if counts[i] ~= ARGV[1] then
              local till = redis.call('ZSCORE', KEYS[2], counts[i])
              if till and tonumber(till) > now then
                others = others + tonumber(counts[i + 1])
              else
                redis.call('HDEL', KEYS[1], counts[i])
              end
            end
          end
          local mine = math.min(tonumber(ARGV[3]), math.max(0, tonumber(ARGV[4]) - others))
          mine = math.max(mine, tonumber(ARGV[2]))
          if mine > 0 then
            redis.call('HSET', KEYS[1], ARGV[1], mine)
            redis.call('PEXPIRE', KEYS[1], ARGV[5])
          else
            redis.call('HDEL', KEYS[1], ARGV[1])
          end
          return mine
          """;

  /** The buckets by one connection. */
  private record Buckets(
      RedisAsyncCommands<String, byte[]> commands, AsyncProxyManager<String> manager) {}

  private final RedisConnection connection;
  private final Duration alive;
  private final RedisTime time = new RedisTime();
  private final byte[] self = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
  private volatile @Nullable Buckets buckets;

  /**
   * The quotas of a fleet.
   *
   * @param alive how long a server counts after it was announced
   */
  RedisQuotas(RedisConnection connection, Duration alive) {
    this.connection = connection;
    this.alive = alive;
  }

  @Override
  public Taken take(BudgetName budget, long spent, long wanted) throws IOException {
    if (!time.isKnown()) {
      var _ = announce();
    }
    return connection.call(commands -> take(bucket(commands, budget), spent, wanted));
  }

  private static CompletableFuture<Taken> take(AsyncBucketProxy bucket, long spent, long wanted) {
    if (spent + wanted == 0) {
      return left(bucket, 0);
    }
    return bucket
        .tryConsumeAndReturnRemaining(spent + wanted)
        .thenCompose(
            all ->
                all.isConsumed()
                    ? CompletableFuture.completedFuture(new Taken(wanted, all.getRemainingTokens()))
                    : takeApart(bucket, spent, wanted));
  }

  private static CompletableFuture<Taken> takeApart(
      AsyncBucketProxy bucket, long spent, long wanted) {
    var paid =
        spent == 0
            ? CompletableFuture.completedFuture(0L)
            : bucket.consumeIgnoringRateLimits(spent);
    return paid.thenCompose(
            _ ->
                wanted == 0
                    ? CompletableFuture.completedFuture(0L)
                    : bucket.tryConsumeAsMuchAsPossible(wanted))
        .thenCompose(granted -> left(bucket, granted));
  }

  private static CompletableFuture<Taken> left(AsyncBucketProxy bucket, long granted) {
    return bucket.getAvailableTokens().thenApply(left -> new Taken(granted, left));
  }

  private AsyncBucketProxy bucket(RedisAsyncCommands<String, byte[]> commands, BudgetName budget) {
    var limits =
        BucketConfiguration.builder()
            .addLimit(
                limit ->
                    limit
                        .capacity(budget.burst())
                        .refillGreedy(budget.perSecond(), Duration.ofSeconds(1)))
            .build();
    return manager(commands)
        .builder()
        .build(connection.key("quota:" + budget), () -> CompletableFuture.completedFuture(limits));
  }

  private AsyncProxyManager<String> manager(RedisAsyncCommands<String, byte[]> commands) {
    var known = buckets;
    if (known != null && known.commands().equals(commands)) {
      return known.manager();
    }
    var manager =
        Bucket4jLettuce.casBasedBuilder(commands)
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(FULL))
            .clientClock(time)
            .build()
            .asAsync();
    buckets = new Buckets(commands, manager);
    return manager;
  }

  @Override
  public long hold(String name, long open, long wanted, long most) throws IOException {
    String[] keys = {connection.key("streams:" + name), connection.key("servers")};
    Long mine =
        connection.call(
            commands ->
                commands.<Long>eval(
                    HOLD,
                    ScriptOutputType.INTEGER,
                    keys,
                    self,
                    bytes(open),
                    bytes(wanted),
                    bytes(most),
                    bytes(KEPT)));
    return mine;
  }

  @Override
  public Present announce() throws IOException {
    String[] keys = {connection.key("servers")};
    long before = System.nanoTime();
    List<Object> told =
        connection.call(
            commands ->
                commands.<List<Object>>eval(
                    ANNOUNCE, ScriptOutputType.MULTI, keys, self, bytes(alive.toMillis())));
    time.heard(before, System.nanoTime(), number(told, 2), number(told, 3));
    return new Present(Math.toIntExact(number(told, 0)), number(told, 1) == 1);
  }

  @Override
  public void leave() throws IOException {
    var _ = connection.call(commands -> commands.zrem(connection.key("servers"), self));
  }

  private static long number(List<Object> told, int at) throws IOException {
    if (at < told.size() && told.get(at) instanceof Long number) {
      return number;
    }
    throw new RedisFailure("an answer that is not Redis's");
  }

  private static byte[] bytes(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
