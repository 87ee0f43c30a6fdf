package dev.oneport.fleet.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.OneTime;
import dev.oneport.fleet.RedisSettings;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.RevocationSettings;
import dev.oneport.fleet.RevocationSettings.WithoutStore;
import dev.oneport.fleet.RevocationText;
import dev.oneport.fleet.Revocations;
import dev.oneport.fleet.Selector;
import dev.oneport.fleet.Trait;
import dev.oneport.identity.Identity;
import dev.oneport.testing.RedisServer;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every server hears what any of them revokes, and Redis can take nothing back. */
@Timeout(120)
final class RedisRevocationsTest {
  private static final String KEY = "oneport:revocations";
  private static final String VERSION = KEY + ":version";

  @SuppressWarnings("TimeInStaticInitializer") // Redis reads the true time as well
  private static final Instant NOW = Instant.now();

  private static final Identity IDENTITY =
      Identity.read(
          Configuration.parse(
                  "test.yaml",
                  """
                  issuers:
                    test: { issuer: "https://i.example", jwks: "https://i.example/k", audiences: [ me ], caller-prefix: "" }
                    machines: { kind: api-keys, keys: [], caller-prefix: "key:" }
                  """,
                  Map.of(),
                  false)
              .root());

  @TempDir Path folder;
  private RedisServer redis;

  @BeforeEach
  void startRedis() throws IOException {
    redis = RedisServer.start(folder);
  }

  @AfterEach
  void stopRedis() {
    redis.close();
  }

  /** One server's part of the fleet. */
  private final class Member implements AutoCloseable {
    final RedisConnection connection =
        new RedisConnection(
            new RedisSettings(
                "127.0.0.1",
                redis.port(),
                false,
                0,
                "",
                "",
                Optional.empty(),
                Optional.empty(),
                "oneport:",
                Duration.ofSeconds(2)));
    final Revocations revocations;
    final RedisRevocations store;

    Member() {
      this(InstantSource.system());
    }

    Member(InstantSource wall) {
      var settings =
          new RevocationSettings(
              Optional.empty(), Optional.empty(), Duration.ofMinutes(1), WithoutStore.CLOSED);
      var lapse = new Lapse(settings, () -> IDENTITY);
      revocations = new Revocations(settings.leeway(), lapse, wall, false);
      store = new RedisRevocations(connection, lapse, wall);
      store.watch(revocations, revocations::list);
      connection.start();
    }

    Member ready() {
      Await.until("it has read Redis", revocations::known);
      return this;
    }

    Set<String> callers() {
      return revocations.list().stream()
          .map(it -> it.selector().value(Trait.CALLER).orElse(""))
          .collect(Collectors.toSet());
    }

    void hears(String... callers) {
      Await.until(List.of(callers) + " are heard", () -> callers().equals(Set.of(callers)));
    }

    @Override
    public void close() {
      store.close();
      connection.close();
    }
  }

  @Test
  void allHearWhatOneRevokesAndLaterOnesReadIt() throws Exception {
    try (var one = new Member().ready();
        var two = new Member().ready()) {
      one.store.add(List.of(revocation("a"), revocation("b")));
      one.hears("a", "b");
      two.hears("a", "b");
      two.store.add(List.of(revocation("c")));
      one.hears("a", "b", "c");
      try (var three = new Member()) {
        three.hears("a", "b", "c");
        assertEquals(Set.of("a", "b", "c"), callers(three.store.content()));
        assertEquals(List.of(), three.store.content().problems());
      }
    }
  }

  @Test
  void aMessageCountsOnceOnAllServers() throws Exception {
    try (var one = new Member().ready();
        var two = new Member().ready()) {
      var message = OneTime.of("issuer", "1", Instant.now().plusSeconds(60));
      assertTrue(one.store.addOnce(List.of(revocation("a")), message));
      assertFalse(two.store.addOnce(List.of(revocation("b")), message));
      two.hears("a");
      assertTrue(
          two.store.addOnce(List.of(revocation("b")), OneTime.of("issuer", "2", Instant.MIN)));
      assertTrue(two.store.addOnce(List.of(), OneTime.of("issue", "r1", Instant.now())));
      one.hears("a", "b");
      var left = Long.parseLong(redis.ask("PTTL", "oneport:logouts:" + message.id()));
      assertTrue(left > 0 && left <= 660_000, () -> left + " ms");
    }
  }

  @Test
  void aMissedMessageHeals() throws Exception {
    try (var one = new Member().ready()) {
      // As the script does, without its message.
      redis.ask("ZADD", KEY, "+inf", RevocationText.line(revocation("a")));
      redis.ask("INCR", VERSION);
      one.hears("a");
      redis.ask("PUBLISH", KEY, "7\n" + RevocationText.line(revocation("b")));
      redis.ask("ZADD", KEY, "+inf", RevocationText.line(revocation("c")));
      redis.ask("INCR", VERSION);
      one.hears("a", "c");
    }
  }

  @Test
  void whatRedisLosesIsWrittenAgain() throws Exception {
    try (var one = new Member().ready();
        var two = new Member().ready()) {
      one.store.add(List.of(revocation("a"), revocation("key:b")));
      two.hears("a", "key:b");
      redis.kill();
      redis.restart();
      try (var three = new Member()) {
        three.hears("a", "key:b");
      }
      redis.ask("FLUSHALL");
      Await.until("they are there", () -> ask("ZCARD", KEY).equals("2"));
      assertEquals(Set.of("a", "key:b"), one.callers());
    }
  }

  @Test
  void entriesLapseByTheClockOfRedis() throws Exception {
    // Members whose clocks are wrong by hours.
    try (var early = new Member(() -> Instant.now().minus(Duration.ofHours(5))).ready();
        var late = new Member(() -> Instant.now().plus(Duration.ofHours(5))).ready()) {
      var old = revocation("old", NOW.minus(Duration.ofDays(9)));
      early.store.add(List.of(old, revocation("a")));
      late.store.add(List.of(revocation("b")));
      early.hears("a", "b");
      late.hears("a", "b");
      Await.until("it is removed", () -> ask("ZCARD", KEY).equals("2"));
      long left = Long.parseLong(redis.ask("TTL", KEY));
      assertTrue(left > 0 && left < Duration.ofDays(3).toSeconds(), () -> left + " s");
      // Nobody knows for how long a key may be used.
      late.store.add(List.of(revocation("key:b")));
      assertEquals("-1", redis.ask("TTL", KEY));
      assertEquals("-1", redis.ask("TTL", VERSION));
    }
  }

  /** What another program, or a hostile one, may do to the keys. */
  enum Lie {
    ANOTHER_TYPE("SET", KEY, "x"),
    ANOTHER_COUNTER("RPUSH", VERSION, "x"),
    GARBAGE("ZADD", KEY, "1e300", "garbage"),
    INVALID("ZADD", KEY, "+inf", "{\"caller\":7,\"before\":\"never\"}"),
    OTHER_KEYS("SET", "revocations", "x"),
    LARGE("EVAL", "redis.call('ZADD','" + KEY + "',9e99,string.rep('x',9000000))", "0"),
    LARGE_COUNTER("EVAL", "redis.call('SET','" + VERSION + "',string.rep('9',9000000))", "0"),
    MANY("EVAL", "for i=1,30000 do redis.call('ZADD','" + KEY + "',i,i) end", "0"),
    MESSAGES("EVAL", "for i=1,5000 do redis.call('PUBLISH','" + KEY + "',i..'\\nx') end", "0"),
    LARGE_MESSAGE("EVAL", "redis.call('PUBLISH','" + KEY + "',string.rep('x',9000000))", "0"),
    GONE("FLUSHALL");

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final String[] command;

    Lie(String... command) {
      this.command = command;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRedisThatLiesTakesNothingBackAndIsBelievedAgain(Lie lie) throws Exception {
    try (var one = new Member().ready()) {
      one.store.add(List.of(revocation("a")));
      one.hears("a");
      var answer = redis.ask(lie.command);
      assertFalse(answer.startsWith("ERR"), answer);
      redis.ask("PUBLISH", KEY, "0\n");
      assertTrue(one.callers().contains("a"));
      redis.ask("DEL", KEY, VERSION);
      Await.until("it is written again", () -> ask("ZCARD", KEY).equals("1"));
      one.store.add(List.of(revocation("b")));
      one.hears("a", "b");
    }
  }

  /** The script first removes what has lapsed, and Redis does not stop it after that. */
  @Test
  void oneWithoutMemoryKeepsThemAllTheSame() throws Exception {
    try (var one = new Member().ready();
        var two = new Member().ready()) {
      redis.ask("CONFIG", "SET", "maxmemory", "1");
      assertTrue(redis.ask("SET", "x", "x").startsWith("OOM"));
      one.store.add(List.of(revocation("a")));
      two.hears("a");
    }
  }

  @Test
  void oneThatWritesNothingRefusesAndSaysSo() throws Exception {
    try (var one = new Member().ready()) {
      one.store.add(List.of(revocation("a")));
      redis.ask("CONFIG", "SET", "min-replicas-to-write", "1");
      var refused = assertThrows(IOException.class, () -> one.store.add(List.of(revocation("b"))));
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith(redis.url() + "/0: Redis refused it: "),
          refused::getMessage);
      assertTrue(String.valueOf(refused.getMessage()).contains("NOREPLICAS"), refused::getMessage);
      one.hears("a");
      redis.ask("CONFIG", "SET", "min-replicas-to-write", "0");
      one.store.add(List.of(revocation("b")));
      one.hears("a", "b");
    }
  }

  @Test
  void thereIsRoomForSoManyAndRepeatedOnesMakeRoom() throws Exception {
    try (var one = new Member().ready()) {
      var line = RevocationText.line(revocation("NAME", Instant.parse("2026-01-01T00:00:00Z")));
      fill(line.replace("NAME", "'..i..'"));
      var full = assertThrows(IOException.class, () -> one.store.add(List.of(revocation("b"))));
      assertTrue(
          String.valueOf(full.getMessage()).contains("it holds 20000 revocations"),
          full::getMessage);
      redis.ask("DEL", KEY);
      // The same caller again and again.
      fill(line.replace("NAME", "a").replace(":00Z", ":0'..(1+i/1e6)..'Z"));
      one.store.add(List.of(revocation("b")));
      assertEquals("2", redis.ask("ZCARD", KEY));
    }
  }

  private void fill(String line) throws IOException {
    redis.ask(
        "EVAL", "for i=1,20000 do redis.call('ZADD','" + KEY + "','+inf','" + line + "') end", "0");
    assertEquals("20000", redis.ask("ZCARD", KEY));
  }

  private String ask(String... command) {
    try {
      return redis.ask(command);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Set<String> callers(RevocationText text) {
    return text.revocations().stream()
        .map(it -> it.selector().value(Trait.CALLER).orElse(""))
        .collect(Collectors.toSet());
  }

  private static Revocation revocation(String caller) {
    return revocation(caller, NOW);
  }

  private static Revocation revocation(String caller, Instant before) {
    return new Revocation(new Selector(Map.of(Trait.CALLER, caller)), before);
  }
}
