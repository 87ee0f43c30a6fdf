package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http2.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verified tokens, and what makes them void: time, rotation, another configuration. */
final class TrustTest {
  private static final int GARBAGE = Boolean.getBoolean("oneport.test.long") ? 10_000_000 : 200_000;

  private final TestIssuer issuer = TestIssuer.good();
  private final ManualClock clock = new ManualClock(Instant.now());
  private final JwksServer server = JwksServer.start(JwksServer.text(issuer.jwks().toString(), ""));
  private final TrustedIssuers trust = new TrustedIssuers(clock.clocks());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aKnownTokenIsNotVerifiedAgain() {
    var tokens = adopt(identity("sub"));
    var token = issuer.token().sign();
    var first = assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    assertSame(first, tokens.verify(token, Optional.empty()));
  }

  @Test
  void firstUsesAtOnceAreVerifiedOnce() throws Exception {
    var tokens = adopt(identity("sub"));
    var token = issuer.token().sign();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          Collections.nCopies(
              500, (Callable<Verification>) () -> tokens.verify(token, Optional.empty()));
      var first = executor.submit(calls.getFirst());
      for (var call : calls.stream().map(executor::submit).toList()) {
        assertSame(first.get(10, TimeUnit.SECONDS), call.get(10, TimeUnit.SECONDS));
      }
    }
    assertEquals(1, server.requests());
  }

  @Test
  void aKnownTokenEndsWithItsTime() {
    var tokens = adopt(identity("sub"));
    var token = issuer.token().claim("exp", clock.instant().getEpochSecond() + 60).sign();
    assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    clock.advance(Duration.ofSeconds(89));
    assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    clock.advance(Duration.ofSeconds(2));
    assertEquals(
        TokenProblem.EXPIRED,
        assertInstanceOf(Rejected.class, tokens.verify(token, Optional.empty())).problem());
  }

  @Test
  void aKnownTokenEndsWithItsKey() {
    var tokens = adopt(identity("sub"));
    var token = issuer.token().claim("exp", clock.instant().getEpochSecond() + 7200).sign();
    var verified = assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    server.now(JwksServer.text(issuer.jwks().toString().replace("rsa-1", "rsa-2"), ""));
    clock.advance(Duration.ofMinutes(5));
    assertInstanceOf(Rejected.class, tokens.verify(token, Optional.empty()));
    assertTrue(!verified.standing().good());
  }

  @Test
  void anIssuerThatStaysAsItWasKeepsItsKeysAndItsWord() {
    var token = issuer.token().sign();
    var verified =
        assertInstanceOf(Verified.class, adopt(identity("sub")).verify(token, Optional.empty()));
    assertInstanceOf(Verified.class, adopt(identity("sub")).verify(token, Optional.empty()));
    assertTrue(verified.standing().good());
    assertEquals(1, server.requests());
  }

  @Test
  void anIssuerThatChangedVouchesForNobodyUntilAskedAgain() {
    var token = issuer.token().sign();
    var verified =
        assertInstanceOf(Verified.class, adopt(identity("sub")).verify(token, Optional.empty()));
    var again =
        assertInstanceOf(Verified.class, adopt(identity("email")).verify(token, Optional.empty()));
    assertTrue(!verified.standing().good());
    assertEquals("alice@example.com", again.caller().name());
  }

  @Test
  void oneIssuerThatFailsDoesNotTouchAnother() {
    var yaml =
        """
        issuers:
          good: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-prefix: "" }
          bad: { issuer: "%s", jwks: "http://localhost:1/", audiences: [ "%s" ], caller-prefix: "" }
        """
            .formatted(
                issuer.id(),
                server.url("/"),
                TestIssuer.AUDIENCE,
                TestIssuer.other().id(),
                TestIssuer.AUDIENCE);
    var tokens =
        adopt(Identity.read(Configuration.parse("test.yaml", yaml, Map.of(), false).root()));
    var bad =
        assertInstanceOf(
            Rejected.class, tokens.verify(TestIssuer.other().token().sign(), Optional.empty()));
    assertEquals(TokenProblem.KEYS_UNAVAILABLE, bad.problem());
    assertInstanceOf(Verified.class, tokens.verify(issuer.token().sign(), Optional.empty()));
  }

  /** Keys are due after a time, and not at one; so are another try, and an unknown key's. */
  @ParameterizedTest
  @ValueSource(ints = {-2, 2})
  void keysAreDueWhateverIsDoneToTheClock(int hours) {
    var tokens = adopt(identity("sub"));
    var now = clock.instant().getEpochSecond();
    var token = issuer.token().claim("iat", now - 10_000).claim("exp", now + 36_000).sign();
    assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    clock.jump(Duration.ofHours(hours));
    assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    assertEquals(1, server.requests(), "the keys are not older than before");
    clock.advance(Duration.ofMinutes(6));
    assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    Await.until("they are fetched again", () -> server.requests() == 2);
    server.now(JwksServer.status(500));
    clock.advance(Duration.ofMinutes(6));
    assertInstanceOf(Verified.class, tokens.verify(token, Optional.empty()));
    Await.until("they are asked for", () -> server.requests() == 3);
    clock.jump(Duration.ofHours(hours));
    clock.advance(Duration.ofSeconds(2));
    Await.until(
        "they are asked for once more",
        () -> {
          var _ = tokens.verify(token, Optional.empty());
          return server.requests() == 4;
        });
  }

  @Test
  void discoveryFindsTheKeys() {
    server.now(
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          var configuration =
              "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}"
                  .formatted(server.url("/tenant"), server.url("/keys"));
          JwksServer.text(
                  path.equals("/keys")
                      ? issuer.jwks().toString()
                      : path.startsWith("/tenant/.well-known/") ? configuration : "",
                  "")
              .answer(exchange);
        });
    var yaml =
        "issuers: { x: { issuer: \"%s\", audiences: [ \"%s\" ] } }"
            .formatted(server.url("/tenant"), TestIssuer.AUDIENCE);
    var tokens =
        adopt(Identity.read(Configuration.parse("test.yaml", yaml, Map.of(), false).root()));
    assertInstanceOf(
        Verified.class,
        tokens.verify(issuer.token().claim("iss", server.url("/tenant")).sign(), Optional.empty()));
  }

  @Test
  void aConfigurationOfAnotherIssuerIsNotBelieved() {
    server.now(
        JwksServer.text(
            "{\"issuer\":\"https://evil.test\",\"jwks_uri\":\"%s\"}".formatted(server.url("/keys")),
            ""));
    var yaml =
        "issuers: { x: { issuer: \"%s\", audiences: [ \"%s\" ] } }"
            .formatted(server.url("/tenant"), TestIssuer.AUDIENCE);
    var tokens =
        adopt(Identity.read(Configuration.parse("test.yaml", yaml, Map.of(), false).root()));
    var rejected =
        assertInstanceOf(
            Rejected.class,
            tokens.verify(
                issuer.token().claim("iss", server.url("/tenant")).sign(), Optional.empty()));
    assertEquals(TokenProblem.KEYS_UNAVAILABLE, rejected.problem());
  }

  /** Those that wait for their turn when the last one fails are not checked any more. */
  @Test
  void aClientWithoutAttemptsHasNoTokenChecked() throws Exception {
    var tokens = adopt(identity("sub"));
    var good = issuer.token().sign();
    assertInstanceOf(Verified.class, tokens.verify(good, Optional.empty()));
    var forger = TestIssuer.other();
    var forged =
        IntStream.range(0, 200)
            .mapToObj(i -> forger.token().claim("iss", issuer.id()).claim("n", i).sign())
            .toList();
    var attempts = new FewAttempts();
    var problems = new ConcurrentHashMap<TokenProblem, Integer>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var token : forged) {
        executor.execute(
            () -> {
              var sender = new Sender(token, attempts);
              var result =
                  tokens.verify(
                      new PresentedToken(token, Optional.empty()), sender, Optional.empty());
              problems.merge(assertInstanceOf(Rejected.class, result).problem(), 1, Integer::sum);
            });
      }
    }
    int checked = problems.getOrDefault(TokenProblem.INVALID, 0);
    assertEquals(checked, attempts.failures.get());
    assertTrue(checked >= FewAttempts.MOST && checked < 30, problems.toString());
    assertEquals(200 - checked, problems.get(TokenProblem.TOO_MANY));
    assertInstanceOf(
        Verified.class,
        tokens.verify(
            new PresentedToken(good, Optional.empty()),
            new Sender(this, attempts),
            Optional.empty()));
  }

  private static final class FewAttempts implements Attempts {
    static final int MOST = 5;
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public Optional<Duration> toWait() {
      return failures.get() < MOST ? Optional.empty() : Optional.of(Duration.ofSeconds(1));
    }

    @Override
    public void failed() {
      failures.incrementAndGet();
    }
  }

  @Test
  void garbageCostsNoMemoryAndDrivesNobodyOut() {
    var tokens = adopt(identity("sub"));
    var token = issuer.token().sign();
    var first = tokens.verify(token, Optional.empty());
    for (int i = 0; i < GARBAGE; i++) {
      assertInstanceOf(Rejected.class, tokens.verify("garbage." + i + ".x", Optional.empty()));
    }
    assertEquals(1, tokens.size());
    assertSame(first, tokens.verify(token, Optional.empty()));
  }

  private VerifiedTokens adopt(Identity identity) {
    var tokens = trust.replaceIssuers(identity).tokens();
    trust.retireOthers();
    return tokens;
  }

  private Identity identity(String callerClaim) {
    var yaml =
        "issuers: { test: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ], caller-claim: %s } }"
            .formatted(issuer.id(), server.url("/"), TestIssuer.AUDIENCE, callerClaim);
    return Identity.read(Configuration.parse("test.yaml", yaml, Map.of(), false).root());
  }
}
