package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.oneport.identity.KeySet.Found;
import dev.oneport.identity.KeySet.Lookup;
import dev.oneport.identity.KeySet.Unavailable;
import dev.oneport.identity.KeySet.Unknown;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.JwksServer.Behaviour;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that rotate, run out, and come from servers that fail in every way. */
final class KeySetTest {
  private static final String GOOD = TestIssuer.good().jwks().toString();
  private static final String ROTATED = GOOD.replace("rsa-1", "rsa-2");

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final JwksServer server = JwksServer.start(JwksServer.text(GOOD, ""));
  private final KeySet keys = keySet(KeyTimes.DEFAULT);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nothingIsFetchedBeforeThereIsNeed() {
    assertEquals(0, server.requests());
    assertInstanceOf(Found.class, keys.find("rsa-1", "RS256"));
    assertEquals(1, server.requests());
  }

  @Test
  void freshKeysAreNotFetchedAgain() {
    IntStream.range(0, 100)
        .forEach(_ -> assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")));
    clock.advance(Duration.ofMinutes(3));
    assertInstanceOf(Found.class, keys.find("ec-256", "ES256"));
    assertEquals(1, server.requests());
  }

  @Test
  void aThousandCallsWaitForOneFetch() throws Exception {
    var release = new CountDownLatch(1);
    server.now(
        exchange -> {
          release.await();
          JwksServer.text(GOOD, "").answer(exchange);
        });
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = Collections.nCopies(1000, (Callable<Lookup>) () -> keys.find("rsa-1", "RS256"));
      var running = calls.stream().map(executor::submit).toList();
      release.countDown();
      for (var call : running) {
        assertInstanceOf(Found.class, call.get(20, TimeUnit.SECONDS));
      }
    }
    assertEquals(1, server.requests());
  }

  @Test
  void anUnknownKeyIsLookedForOncePerPauseWhateverTheLoad() {
    keys.find("rsa-1", "RS256");
    clock.advance(Duration.ofSeconds(31));
    assertInstanceOf(Unknown.class, keys.find("made-up", "RS256"));
    clock.advance(Duration.ofSeconds(1));
    IntStream.range(0, 1000)
        .forEach(i -> assertInstanceOf(Unavailable.class, keys.find("made-up-" + i, "RS256")));
    IntStream.range(0, 1000)
        .forEach(_ -> assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")));
    assertEquals(2, server.requests());
    clock.advance(Duration.ofSeconds(28));
    keys.find("made-up", "RS256");
    assertEquals(2, server.requests());
    clock.advance(Duration.ofSeconds(2));
    keys.find("made-up", "RS256");
    assertEquals(3, server.requests());
  }

  /** While only the pause prevents a fetch nobody knows whether there is such a key. */
  @Test
  void aKeyThatIsNewWithinThePauseIsUnavailableAndFoundAfterIt() {
    keys.find("rsa-1", "RS256");
    clock.advance(Duration.ofSeconds(10));
    server.now(JwksServer.text(ROTATED, ""));
    assertEquals(new Unavailable(Duration.ofSeconds(20)), keys.find("rsa-2", "RS256"));
    clock.advance(Duration.ofSeconds(19).plusMillis(500));
    assertEquals(new Unavailable(Duration.ofSeconds(1)), keys.find("rsa-2", "RS256"));
    clock.advance(Duration.ofSeconds(1));
    assertInstanceOf(Found.class, keys.find("rsa-2", "RS256"));
    assertEquals(2, server.requests());
  }

  @Test
  void aKeyThatTheIssuerWasAskedForInVainIsUnknownEvenWhileOthersNameMore() {
    keys.find("rsa-1", "RS256");
    clock.advance(Duration.ofSeconds(10));
    assertInstanceOf(Unavailable.class, keys.find("retired", "RS256"));
    clock.advance(Duration.ofSeconds(20));
    keys.find("made-up", "RS256");
    clock.advance(Duration.ofSeconds(1));
    assertInstanceOf(Unknown.class, keys.find("retired", "RS256"));
    assertInstanceOf(Unavailable.class, keys.find("another", "RS256"));
    assertEquals(2, server.requests());
  }

  @Test
  void keysThatStandInTheConfigurationAreAllThereAre() {
    var fixed =
        new KeySet(
            IssuerTable.issuer(new KeySource.Fixed(TestIssuer.good().jwks())),
            KeyTimes.DEFAULT,
            new KeyClient(Optional.empty()),
            new TrustCounts(),
            clock);
    fixed.find("rsa-1", "RS256");
    clock.advance(Duration.ofSeconds(1));
    assertInstanceOf(Unknown.class, fixed.find("made-up", "RS256"));
  }

  /** However short that is: neither the pause between fetches nor a longer usual time counts. */
  @ParameterizedTest
  @ValueSource(ints = {30, 60, 300, 3600})
  void aRevokedKeyDiesWhenTheSetItCameInIsNoLongerFresh(int maxAge) {
    server.now(JwksServer.text(GOOD, "max-age=" + maxAge));
    var revoked = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")).key();
    server.now(JwksServer.text(ROTATED, "max-age=" + maxAge));
    clock.advance(Duration.ofSeconds(maxAge));
    assertTrue(!keys.holds(revoked));
  }

  @Test
  void aNewKeyIsFoundAndTheOldOneWorksNoMore() {
    var old = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")).key();
    var kept = assertInstanceOf(Found.class, keys.find("ec-256", "ES256")).key();
    server.now(JwksServer.text(ROTATED, ""));
    clock.advance(Duration.ofSeconds(31));
    assertInstanceOf(Found.class, keys.find("rsa-2", "RS256"));
    assertTrue(!keys.holds(old), "rotated out");
    assertInstanceOf(Unknown.class, keys.find("rsa-1", "RS256"));
    assertTrue(keys.holds(kept), "a key that stayed is still the same");
    assertSame(kept, assertInstanceOf(Found.class, keys.find("ec-256", "ES256")).key());
  }

  @Test
  void keysInUseAreRefreshedAheadOfTimeWithoutWaiting() throws Exception {
    var key = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")).key();
    var asked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    server.now(
        exchange -> {
          asked.countDown();
          release.await();
          JwksServer.text(GOOD, "").answer(exchange);
        });
    clock.advance(Duration.ofMinutes(4).plusSeconds(10));
    assertTrue(keys.holds(key));
    assertTrue(asked.await(10, TimeUnit.SECONDS));
    assertTrue(keys.holds(key));
    release.countDown();
  }

  static Stream<List<Object>> cacheHeaders() {
    return Stream.of(
        List.of("max-age=7200", 7200),
        List.of("public, max-age=7200, must-revalidate", 7200),
        List.of("max-age=10", 30),
        List.of("no-store", 30),
        List.of("no-cache", 30),
        List.of("max-age=31536000", 86400),
        List.of("max-age=banana", 300),
        List.of("", 300));
  }

  @ParameterizedTest
  @MethodSource("cacheHeaders")
  void cacheHeadersCountWithinBounds(List<Object> row) {
    server.now(JwksServer.text(GOOD, (String) row.getFirst()));
    var fresh = Duration.ofSeconds((Integer) row.getLast());
    keys.find("rsa-1", "RS256");
    clock.advance(KeyTimes.DEFAULT.due(fresh).minusSeconds(1));
    keys.find("rsa-1", "RS256");
    assertEquals(1, server.requests());
    clock.advance(fresh.minus(KeyTimes.DEFAULT.due(fresh)).plusSeconds(1));
    keys.find("rsa-1", "RS256");
    assertEquals(2, server.requests());
  }

  /** Each way in which a server can fail, with what the log says of it. */
  static Stream<Failure> failures() {
    var empty = "{\"keys\":[]}";
    var twice =
        "{\"keys\":[%s,%s]}"
            .formatted(TestIssuer.good().publicJwk(), TestIssuer.other().publicJwk());
    var unknownType =
        "{\"keys\":[{\"kty\":\"OKP\",\"kid\":\"rsa-1\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}]}";
    var secret =
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"rsa-1\",\"k\":\"c2VjcmV0\",\"alg\":\"HS256\"}]}";
    var small =
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa-1\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"alg\":\"RS256\"}]}";
    return Stream.of(
        new Failure("hangs", exchange -> new CountDownLatch(1).await(20, TimeUnit.SECONDS)),
        new Failure("drips", KeySetTest::drip),
        new Failure("500", JwksServer.status(500)),
        new Failure("404", JwksServer.status(404)),
        new Failure("204", JwksServer.status(204)),
        new Failure("HTML", JwksServer.text("<html>sign in</html>", "")),
        new Failure("an array", JwksServer.text("[]", "")),
        new Failure("no keys", JwksServer.text("{}", "")),
        new Failure("an empty set", JwksServer.text(empty, "")),
        new Failure("an object behind the set", JwksServer.text(GOOD + "{}", "")),
        new Failure("keys twice", JwksServer.text(GOOD.replaceFirst("\\{", "{\"keys\":[],"), "")),
        new Failure("two keys of one id", JwksServer.text(twice, "")),
        new Failure("keys of unknown type", JwksServer.text(unknownType, "")),
        new Failure("a secret key", JwksServer.text(secret, "")),
        new Failure("a small key", JwksServer.text(small, "")),
        new Failure("deep nesting", JwksServer.text("[".repeat(100_000), "")),
        new Failure(
            "deep nesting in the set", JwksServer.text("{\"keys\":" + "[".repeat(5000), "")),
        new Failure("100 MB", KeySetTest::flood),
        new Failure("a redirect to another host", redirect("http://127.0.0.1:1/")),
        new Failure("redirects in a circle", redirect("/again")));
  }

  record Failure(String name, Behaviour behaviour) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whoeverHasKeysKeepsWorkingAndOthersAreTold(Failure failure) {
    var served = keySet(KeyTimes.DEFAULT);
    var key = assertInstanceOf(Found.class, served.find("rsa-1", "RS256")).key();
    server.now(failure.behaviour());
    clock.advance(Duration.ofHours(2));
    var before = server.requests();
    try (var log = new LogRecords(KeySet.class.getName())) {
      assertInstanceOf(Found.class, served.find("rsa-1", "RS256"));
      log.await("issuer test: the keys are not available: ");
    }
    var asked = server.requests();
    assertTrue(served.holds(key));
    assertInstanceOf(Found.class, served.find("rsa-1", "RS256"));
    assertEquals(asked, server.requests(), "not asked again at once after " + (asked - before));
    assertInstanceOf(Unavailable.class, keySet(KeyTimes.DEFAULT).find("rsa-1", "RS256"));
  }

  @Test
  void whoeverAsksForManyDoesNotWaitForAnIssuerThatHangs() {
    var key = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")).key();
    var release = new CountDownLatch(1);
    server.now(exchange -> release.await(20, TimeUnit.SECONDS));
    clock.advance(Duration.ofHours(2));
    var began = server.requests();
    assertTrue(keys.stillHolds(key));
    assertTrue(keys.stillHolds(key));
    Await.until("the keys are asked for all the same", () -> server.requests() > began);
    release.countDown();
  }

  @Test
  void anIssuerThatHangsHoldsCallsUpOnce() {
    var key = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")).key();
    var release = new CountDownLatch(1);
    server.now(exchange -> release.await(30, TimeUnit.SECONDS));
    clock.advance(Duration.ofHours(2));
    assertTrue(keys.holds(key));
    var before = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      assertTrue(keys.holds(key));
      assertInstanceOf(Found.class, keys.find("rsa-1", "RS256"));
    }
    var took = Duration.ofNanos(System.nanoTime() - before);
    assertTrue(took.compareTo(Duration.ofMillis(1500)) < 0, () -> "ten more calls took " + took);
    release.countDown();
  }

  @Test
  void aCallThatEndsWhileItWaitsDecidesForNobodyElse() throws Exception {
    var asked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    server.now(
        exchange -> {
          asked.countDown();
          release.await();
          JwksServer.text(GOOD, "").answer(exchange);
        });
    var found = new AtomicReference<Lookup>();
    var caller = Thread.startVirtualThread(() -> found.set(keys.find("rsa-1", "RS256")));
    assertTrue(asked.await(10, TimeUnit.SECONDS));
    caller.interrupt();
    release.countDown();
    caller.join();
    assertInstanceOf(Found.class, found.get());
  }

  @Test
  void theLastGoodKeysAreUsedUpToTheBound() {
    var key = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")).key();
    server.now(JwksServer.status(500));
    clock.advance(Duration.ofHours(24));
    assertTrue(keys.holds(key));
    clock.advance(Duration.ofHours(2));
    assertTrue(!keys.holds(key));
    assertInstanceOf(Unavailable.class, keys.find("rsa-1", "RS256"));
  }

  @Test
  void afterAFailureItIsTriedAgainLaterAndLater() {
    server.now(JwksServer.status(500));
    for (int i = 0; i < 1000; i++) {
      keys.find("rsa-1", "RS256");
      clock.advance(Duration.ofSeconds(1));
    }
    assertTrue(
        server.requests() > 6 && server.requests() < 25, server.requests() + " requests in 1000 s");
    server.now(JwksServer.text(GOOD, ""));
    clock.advance(Duration.ofMinutes(10));
    assertInstanceOf(Found.class, keys.find("rsa-1", "RS256"));
  }

  @Test
  void redirectsWithinTheHostAreFollowed() {
    server.now(
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/moved")) {
            JwksServer.text(GOOD, "").answer(exchange);
          } else {
            redirect("/moved").answer(exchange);
          }
        });
    assertInstanceOf(Found.class, keys.find("rsa-1", "RS256"));
  }

  @Test
  void aPrivateKeyInTheSetIsUsedForItsPublicPartOnly() {
    var leaked = TestIssuer.good().publicJwk().toString().replaceFirst("\\{", "{\"d\":\"AQAB\",");
    server.now(JwksServer.text("{\"keys\":[" + leaked + "]}", ""));
    var found = assertInstanceOf(Found.class, keys.find("rsa-1", "RS256"));
    assertTrue(!found.key().jwk().containsKey("d"));
  }

  @Test
  void oneBadKeyDoesNotSpoilTheSet() {
    var mixed =
        "{\"keys\":[{},5,null,{\"kty\":\"EC\",\"kid\":\"x\"},"
            + TestIssuer.good().publicJwk()
            + "]}";
    server.now(JwksServer.text(mixed, ""));
    assertNotNull(assertInstanceOf(Found.class, keys.find("rsa-1", "RS256")));
  }

  record Twice(String name, String keys, boolean found) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Twice> listedTwice() {
    var key = TestIssuer.good().publicJwk().toString();
    var other = TestIssuer.other().publicJwk().toString();
    return Stream.of(
        new Twice("the same key", key + "," + key, true),
        new Twice(
            "with more said of it", key + "," + key.replaceFirst("\\{", "{\"x5t\":\"a\","), true),
        new Twice(
            "without its algorithm", key + "," + key.replaceFirst("\"alg\":\"RS256\",", ""), true),
        new Twice("one for encryption", key + "," + other.replace("\"sig\"", "\"enc\""), true),
        new Twice(
            "one of an algorithm that is not allowed",
            key + "," + other.replace("RS256", "RS512"),
            true),
        new Twice("another key", key + "," + other, false),
        new Twice("another, and the first once more", key + "," + other + "," + key, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listedTwice")
  void anIdThatIsListedTwiceIsUsedIfItIsOneKey(Twice row) {
    var good = TestIssuer.good().publicJwk().toString().replace("rsa-1", "rsa-9");
    server.now(JwksServer.text("{\"keys\":[" + row.keys() + "," + good + "]}", ""));
    try (var log = new LogRecords(KeySet.class.getName())) {
      assertInstanceOf(Found.class, keys.find("rsa-9", "RS256"), "others are not spoilt");
      assertEquals(row.found(), keys.find("rsa-1", "RS256") instanceof Found);
      if (!row.found()) {
        log.await("issuer test: several keys have the id [rsa-1]; none of them is used");
      }
    }
  }

  private KeySet keySet(KeyTimes times) {
    var issuer =
        IssuerTable.issuer(new KeySource.Url(URI.create(server.url("/jwks")), KeyAccess.OPEN));
    var client = new KeyClient(Optional.empty(), InetAddress::getAllByName, Duration.ofSeconds(2));
    return new KeySet(issuer, times, client, new TrustCounts(), clock);
  }

  private static Behaviour redirect(String to) {
    return exchange -> {
      exchange.getResponseHeaders().add("Location", to);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  private static void drip(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    var forEver = new CountDownLatch(1);
    for (int i = 0; i < 100; i++) {
      exchange.getResponseBody().write(' ');
      exchange.getResponseBody().flush();
      forEver.await(200, TimeUnit.MILLISECONDS);
    }
  }

  private static void flood(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    var megabyte = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 100; i++) {
      exchange.getResponseBody().write(megabyte);
    }
  }
}
