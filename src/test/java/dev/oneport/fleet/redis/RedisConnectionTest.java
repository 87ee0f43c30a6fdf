package dev.oneport.fleet.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.fleet.RedisSettings;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.RedisServer;
import dev.oneport.transport.http2.Await;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connection comes back by itself, and no command waits longer than its bound. */
@Timeout(120)
final class RedisConnectionTest {
  private static final String SECRET = "a-secret-of-this-test";

  @TempDir Path folder;

  @Test
  void commandsAndMessagesWorkUnderThePrefix() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = new RedisConnection(to(redis))) {
      var heard = new LinkedBlockingQueue<byte[]>();
      connection.subscribe("news", heard::add);
      start(connection);
      assertEquals("OK", connection.call(it -> it.set(connection.key("a"), bytes("1"))));
      assertArrayEquals(bytes("1"), connection.call(it -> it.get("oneport:a")));
      assertEquals("1", redis.ask("PUBLISH", "oneport:news", "x"));
      assertArrayEquals(bytes("x"), next(heard));
    }
  }

  @Test
  void itNeedNotBeThereAtTheStartAndMayDie() throws Exception {
    try (var redis = RedisServer.start(folder)) {
      redis.kill();
      try (var connection = new RedisConnection(to(redis))) {
        var connected = new AtomicInteger();
        var heard = new LinkedBlockingQueue<byte[]>();
        connection.subscribe("news", heard::add);
        connection.onConnect(connected::incrementAndGet);
        connection.start();
        assertFalse(connection.answers());
        assertThrows(RedisFailure.class, () -> connection.call(it -> it.get("a")));
        for (int i = 1; i <= 2; i++) {
          redis.restart();
          Await.until("it answers", connection::answers);
          int times = i;
          Await.until("that is said", () -> connected.get() == times);
          redis.ask("PUBLISH", "oneport:news", "x");
          assertArrayEquals(bytes("x"), next(heard));
          redis.kill();
          Await.until("it does not answer", () -> !connection.answers());
          assertThrows(RedisFailure.class, () -> connection.call(it -> it.get("a")));
        }
      }
    }
  }

  @Test
  void oneThatHangsDelaysOneCommandAndNoOther() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = new RedisConnection(to(redis))) {
      start(connection);
      redis.pause();
      // One that was sent before anybody knew fails after its bound, and from then on all at once.
      var first = assertThrows(RedisFailure.class, () -> connection.call(it -> it.get("a")));
      assertTrue(
          String.valueOf(first.getMessage())
              .matches("no answer from Redis within 500 ms|Redis does not answer"),
          first::getMessage);
      assertFalse(connection.answers());
      var other = assertThrows(RedisFailure.class, () -> connection.call(it -> it.get("a")));
      assertEquals("Redis does not answer", other.getMessage());
      redis.resume();
      Await.until("it answers", connection::answers);
      assertEquals("OK", connection.call(it -> it.set("a", bytes("1"))));
    }
  }

  @Test
  void aWrongPasswordIsToldButNotLogged() throws Exception {
    var file = Files.writeString(folder.resolve("password"), SECRET + "-old\n");
    try (var log = new LogRecords("dev.oneport.redis");
        var redis = RedisServer.start(folder)) {
      redis.password(SECRET);
      try (var connection = new RedisConnection(to(redis, "", "", Optional.of(file)))) {
        connection.start();
        log.await(redis.url() + "/0: no connection: RedisCommandExecutionException: WRONGPASS");
        assertFalse(connection.answers());
        // The file is read again for each attempt.
        Files.writeString(file, SECRET + "\n");
        Await.until("it answers", connection::answers);
        // A connection that is there goes on when the password changes.
        redis.password(SECRET + "-new");
        assertEquals("OK", connection.call(it -> it.set("a", bytes("1"))));
      }
      assertTrue(log.lines().stream().noneMatch(it -> it.contains(SECRET)), log.lines()::toString);
      assertEquals(1, log.lines().stream().filter(it -> it.contains("no connection")).count());
    }
  }

  @Test
  void aUserMayHaveFewRights() throws Exception {
    try (var redis = RedisServer.start(folder)) {
      redis.ask(
          "ACL",
          "SETUSER",
          "port",
          "on",
          ">" + SECRET,
          "~oneport:*",
          "&oneport:*",
          "+@all",
          "-@dangerous");
      try (var connection = new RedisConnection(to(redis, "port", SECRET, Optional.empty()))) {
        start(connection);
        var script = "redis.call('TIME') return redis.call('SET', KEYS[1], '1')";
        String[] key = {"oneport:a"};
        assertEquals("OK", connection.call(it -> it.eval(script, ScriptOutputType.STATUS, key)));
        var refused =
            assertThrows(RedisFailure.class, () -> connection.call(it -> it.get("other:a")));
        assertTrue(String.valueOf(refused.getMessage()).contains("NOPERM"), refused::getMessage);
        // That it refuses one command says nothing of others.
        assertTrue(connection.answers());
      }
    }
  }

  @Test
  void errorsOfRedisAreFailures() throws Exception {
    try (var redis = RedisServer.start(folder);
        var connection = new RedisConnection(to(redis))) {
      start(connection);
      redis.ask("LPUSH", "oneport:a", "x");
      var wrong =
          assertThrows(RedisFailure.class, () -> connection.call(it -> it.get("oneport:a")));
      assertTrue(String.valueOf(wrong.getMessage()).contains("WRONGTYPE"), wrong::getMessage);
      redis.ask("CONFIG", "SET", "maxmemory", "1");
      var full =
          assertThrows(RedisFailure.class, () -> connection.call(it -> it.set("b", bytes("1"))));
      assertTrue(String.valueOf(full.getMessage()).contains("OOM"), full::getMessage);
      assertTrue(connection.answers());
    }
  }

  @Test
  void itSpeaksTls() throws Exception {
    var begin = Instant.parse("2026-01-01T00:00:00Z");
    var ours = SelfSigned.forThisMachine(begin, Duration.ofDays(9_000));
    var certificate = Files.writeString(folder.resolve("certificate.pem"), ours.pem());
    var key =
        Files.writeString(
            folder.resolve("key.pem"),
            "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(ours.key().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    try (var log = new LogRecords("dev.oneport.redis");
        var redis =
            RedisServer.start(
                folder,
                "--tls-port",
                "0",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-auth-clients",
                "no",
                "--tls-ca-cert-file",
                certificate.toString())) {
      int port = redis.openTlsPort();
      try (var trusting = new RedisConnection(tls(port, Optional.of(ours.pem())));
          var other = new RedisConnection(tls(port, Optional.empty()))) {
        start(trusting);
        other.start();
        assertEquals("OK", trusting.call(it -> it.set("a", bytes("1"))));
        log.await("rediss://127.0.0.1:" + port + "/0: no connection: SunCertPathBuilderException");
        assertFalse(other.answers());
      }
    }
  }

  private static void start(RedisConnection connection) {
    connection.start();
    Await.until("it answers", connection::answers);
  }

  static RedisSettings to(RedisServer redis) {
    return to(redis, "", "", Optional.empty());
  }

  private static RedisSettings to(
      RedisServer redis, String user, String password, Optional<Path> file) {
    return new RedisSettings(
        "127.0.0.1",
        redis.port(),
        false,
        0,
        user,
        password,
        file,
        Optional.empty(),
        "oneport:",
        Duration.ofMillis(500));
  }

  private static RedisSettings tls(int port, Optional<String> ca) {
    return new RedisSettings(
        "127.0.0.1",
        port,
        true,
        0,
        "",
        "",
        Optional.empty(),
        ca,
        "oneport:",
        Duration.ofMillis(500));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] next(BlockingQueue<byte[]> heard) throws InterruptedException {
    var next = heard.poll(30, TimeUnit.SECONDS);
    return next == null ? new byte[0] : next;
  }
}
