package dev.oneport.fleet.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.fleet.BudgetName;
import dev.oneport.fleet.FleetQuotas;
import dev.oneport.fleet.WhileAway;
import dev.oneport.testing.RedisServer;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets and open streams in a real Redis. */
@Timeout(120)
final class RedisQuotasTest {
  private static final BudgetName SLOW = new BudgetName("calls:a", 1, 1_000);
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path folder;

  private static RedisConnection connect(RedisServer redis) {
    var connection = new RedisConnection(RedisConnectionTest.to(redis));
    connection.start();
    Await.until("Redis answers", connection::answers);
    return connection;
  }

  @Test
  void whatWasSpentIsPaidAndWhatIsWantedIsTakenIfItIsThere() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = connect(redis)) {
      var quotas = new RedisQuotas(connection, LONG);
      var all = quotas.take(SLOW, 0, 900);
      assertEquals(900, all.granted());
      var most = quotas.take(SLOW, 0, 900);
      assertTrue(most.granted() >= 100 && most.granted() < 900, most::toString);
      var debt = quotas.take(SLOW, 500, 10);
      assertEquals(0, debt.granted());
      assertTrue(debt.left() < -300, debt::toString);
      // The names in Redis tell nothing about callers, and nothing stays for ever.
      assertEquals("[oneport:quota:calls:a:1:1000]", redis.ask("KEYS", "oneport:quota:*"));
      assertTrue(Long.parseLong(redis.ask("PTTL", "oneport:quota:calls:a:1:1000")) > 0);
    }
  }

  @Test
  void streamsOfAServerThatDiesAreGivenBack() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = connect(redis)) {
      var dying = new RedisQuotas(connection, Duration.ofMillis(500));
      var other = new RedisQuotas(connection, LONG);
      var _ = dying.announce();
      assertEquals(2, other.announce().servers());
      assertEquals(3, dying.hold("s", 0, 3, 4));
      assertEquals(1, other.hold("s", 0, 2, 4));
      Await.until("it is forgotten", () -> announced(other) == 1);
      assertEquals(4, other.hold("s", 1, 5, 4));
      other.leave();
      assertEquals(1, dying.announce().servers());
      assertEquals(4, dying.hold("s", 0, 9, 4));
      assertEquals(0, dying.hold("s", 0, 0, 4));
      assertEquals("[]", redis.ask("KEYS", "oneport:streams:*"));
    }
  }

  private static int announced(RedisQuotas quotas) {
    try {
      return quotas.announce().servers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aHundredThreadsOnThreeServersOpenAsManyStreamsAsThereMayBe() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = connect(redis);
        var fleet = new Servers(connection)) {
      var opened = new AtomicInteger();
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 100; i++) {
        var streams = fleet.servers().get(i % 3).streams("s");
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      if (streams.open(10)) {
                        opened.incrementAndGet();
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertEquals(10, opened.get());
    }
  }

  @Test
  void countsThatRedisHasLostAreToldAgain() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = connect(redis);
        var fleet = new Servers(connection)) {
      var streams = fleet.servers().getFirst().streams("s");
      assertTrue(streams.open(2));
      assertTrue(streams.open(2));
      redis.ask("FLUSHALL");
      Await.until("it is told again", () -> held(redis).contains(", 2]"));
      streams.close();
      Await.until("one is closed", () -> held(redis).contains(", 1]"));
    }
  }

  private static String held(RedisServer redis) {
    try {
      return redis.ask("HGETALL", "oneport:streams:s");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keysOfAnotherProgramAndAFullRedisAreFailuresAndNothingMore() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = connect(redis)) {
      var quotas = new RedisQuotas(connection, LONG);
      redis.ask("SET", "oneport:quota:" + SLOW, "not a bucket");
      assertThrows(IOException.class, () -> quotas.take(SLOW, 1, 0));
      redis.ask("FLUSHALL");
      redis.ask("LPUSH", "oneport:servers", "x");
      assertThrows(IOException.class, quotas::announce);
      redis.ask("FLUSHALL");
      redis.ask("CONFIG", "SET", "maxmemory", "1");
      assertThrows(IOException.class, () -> quotas.take(SLOW, 1, 0));
      assertTrue(connection.answers());
    }
  }

  /** Three servers that know each other. */
  private record Servers(List<FleetQuotas> servers) implements AutoCloseable {
    Servers(RedisConnection connection) {
      this(IntStream.range(0, 3).mapToObj(_ -> server(connection)).toList());
      servers.forEach(FleetQuotas::start);
      Await.until("they know each other", () -> servers.stream().allMatch(it -> it.servers() == 3));
    }

    private static FleetQuotas server(RedisConnection connection) {
      return new FleetQuotas(new RedisQuotas(connection, LONG), WhileAway.CLOSED, System::nanoTime);
    }

    @Override
    public void close() {
      servers.forEach(FleetQuotas::close);
    }
  }
}
