package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ManualClock;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens are given, read, fetched and renewed, but never shown. */
final class TokenSourcesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final TestIssuer ISSUER = TestIssuer.good();

  @TempDir Path folder;

  private static BearerToken token(Instant expires) {
    return BearerToken.of(ISSUER.token().claim("exp", expires.getEpochSecond()).sign());
  }

  @Test
  void aTokenDoesNotShowItself() {
    var token = token(NOW);
    assertEquals("BearerToken[expires=2026-01-01T00:00:00Z]", token.toString());
    assertEquals("BearerToken[expires=unknown]", BearerToken.of("opaque-0123456789").toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "empty,        '',                 empty",
    "blank,        '   ',              empty",
    "JSON,         '{\"type\":1}',     JSON",
    "two words,    'Bearer abc',       one word",
    "a control,    'abc\u0007',        one word",
    "not ASCII,    'abcé',             one word"
  })
  void invalidTokensAreRefusedWithoutQuotingThem(String name, String text, String says) {
    var refused = assertThrows(InvalidInput.class, () -> BearerToken.of(text), name);
    assertTrue(String.valueOf(refused.getMessage()).contains(says), refused.getMessage());
    assertFalse(String.valueOf(refused.getMessage()).contains("abc"));
  }

  @Test
  void claimsAreReadWithoutVerifyingAnything() {
    var token = ISSUER.token().claim("aud", List.of("a", "b")).signature("none");
    var claims = Claims.of(BearerToken.of(token)).orElseThrow();
    assertEquals(List.of("a", "b"), claims.audiences());
    assertEquals("alice@example.com", claims.caller());
    assertEquals("https://issuer.test", claims.issuer());
    assertTrue(Claims.of(BearerToken.of("a.b.c")).isEmpty());
    assertTrue(Claims.of(BearerToken.of("opaque")).isEmpty());
    var strange = ISSUER.token().claim("exp", "soon").claim("aud", 5).sign();
    assertTrue(Claims.of(BearerToken.of(strange)).orElseThrow().expires().isEmpty());
  }

  @Test
  void aTokenFileIsReadAgainWhenItChangesAndWhenItsTokenWasRefused() throws IOException {
    var file = Files.writeString(folder.resolve("token"), "first-token\n");
    var source = new TokenFile(file);
    assertEquals("first-token", source.token().orElseThrow().value());
    assertFalse(source.renew(source.token().orElseThrow()), "the file holds no other");

    var other = Files.writeString(folder.resolve("other"), "other-token");
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertEquals("other-token", source.token().orElseThrow().value());
    assertTrue(source.renew(BearerToken.of("first-token")));

    Files.delete(file);
    assertEquals("other-token", source.token().orElseThrow().value(), "while it is away");
  }

  @Test
  void aMissingTokenFileIsReported() throws IOException {
    var missing = new TokenFile(folder.resolve("missing"));
    assertThrows(InvalidInput.class, missing::token);
    var empty = new TokenFile(Files.writeString(folder.resolve("empty"), "\n"));
    assertThrows(InvalidInput.class, empty::token);
    var key = new TokenFile(Files.writeString(folder.resolve("key.json"), "{\"a\":1}"));
    var refused = assertThrows(InvalidInput.class, key::token);
    assertTrue(String.valueOf(refused.getMessage()).contains("--key"), refused.getMessage());
    assertThrows(InvalidInput.class, new TokenFile(folder)::token);
  }

  @ParameterizedTest(name = "of {0} s, renewed when {1} s are left")
  @CsvSource({"3600, 240", "600, 120", "60, 12", "10, 2"})
  void aTokenIsRenewedBeforeItExpires(long life, long left) throws InterruptedException {
    var clock = new ManualClock(NOW);
    var fetched = new AtomicInteger();
    var source =
        new RenewedTokens(
            () -> {
              fetched.incrementAndGet();
              return token(clock.instant().plusSeconds(life));
            },
            clock);
    source.token();
    clock.advance(Duration.ofSeconds(life - left).minusMillis(1));
    source.token();
    assertEquals(1, fetched.get());
    clock.advance(Duration.ofMillis(1));
    source.token();
    assertEquals(2, fetched.get());
  }

  @Test
  void theOldTokenStaysInUseWhileNoNewOneIsAvailable() throws InterruptedException {
    var clock = new ManualClock(NOW);
    var calls = new AtomicInteger();
    var source =
        new RenewedTokens(
            () -> {
              if (calls.incrementAndGet() > 1) {
                throw CallFailed.of(Problem.UNAVAILABLE, "");
              }
              return token(NOW.plusSeconds(100));
            },
            clock);
    var first = source.token();
    clock.advance(Duration.ofSeconds(90));
    assertEquals(first, source.token());
    clock.advance(Duration.ofSeconds(10));
    assertThrows(CallFailed.class, source::token, "it has ended");
  }

  @Test
  void aRefusedTokenIsRenewedOnceForAllCalls() throws Exception {
    var clock = new ManualClock(NOW);
    var number = new AtomicInteger();
    var source =
        new RenewedTokens(
            () -> BearerToken.of(ISSUER.token().claim("jti", number.incrementAndGet()).sign()),
            clock);
    var refused = source.token().orElseThrow();
    var renewals = new ArrayList<Future<Boolean>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        renewals.add(threads.submit(() -> source.renew(refused)));
      }
    }
    for (var renewal : renewals) {
      assertTrue(renewal.get());
    }
    assertEquals(2, number.get());
  }
}
