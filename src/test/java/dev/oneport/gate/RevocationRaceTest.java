package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.Identity;
import dev.oneport.identity.RevokedCredentials;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.proxies.Client;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import dev.oneport.transport.http2.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A revocation that is heard while a call is decided is not missed by that call. */
@Timeout(120)
final class RevocationRaceTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Route ROUTE = new Route(Protocol.GRPC, "Closed/M");
  private static final Request REQUEST = new Request("POST", "", "", "", Optional.empty());

  /** Heard after the call's credential was checked this many times. */
  @ParameterizedTest(name = "stream {0}, after {1} checks")
  @CsvSource({"false, 0", "false, 1", "true, 0", "true, 1", "true, 2"})
  void itIsHeardBetweenTwoSteps(boolean stream, int checks) {
    var asked = new AtomicInteger();
    var records = new CopyOnWriteArrayList<CallRecord>();
    try (var gate =
        gate(_ -> asked.getAndIncrement() < checks ? Optional.empty() : Optional.of("revoked"))) {
      var call = new CallWatch(records::add, ROUTE, REQUEST, new Arrival(Client.UNKNOWN, ""));
      var decision =
          stream
              ? gate.admitStream(call, credential(), this)
              : gate.admit(call, credential(), this);
      assertSame(Reason.ACCESS_TOKEN_REVOKED, assertInstanceOf(Denied.class, decision).reason());
      assertEquals("0 0", gate.calls() + " " + gate.leases());
      assertEquals(1, records.size());
    }
  }

  /** Whatever the order of steps, no call outlasts it. */
  @Test
  void noCallStaysOpenWhenItIsHeardAtAnyTime() throws Exception {
    var random = ThreadLocalRandom.current();
    for (int round = 0; round < 200; round++) {
      var revoked = new CountDownLatch(1);
      var cut = new AtomicInteger();
      var allowed = new AtomicInteger();
      try (var gate =
              gate(_ -> revoked.getCount() > 0 ? Optional.empty() : Optional.of("revoked"));
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          var stream = i % 2 == 0;
          var pause = random.nextInt(200_000);
          threads.execute(
              () -> {
                LockSupport.parkNanos(pause);
                var call = new CallWatch(_ -> {}, ROUTE, REQUEST, new Arrival(Client.UNKNOWN, ""));
                var decision =
                    stream
                        ? gate.admitStream(call, credential(), this)
                        : gate.admit(call, credential(), this);
                if (decision instanceof Allowed(var admission)) {
                  allowed.incrementAndGet();
                  admission.onCutOff(
                      reason -> {
                        assertSame(Reason.ACCESS_TOKEN_REVOKED, reason);
                        cut.incrementAndGet();
                        admission.close();
                      });
                }
              });
        }
        LockSupport.parkNanos(random.nextInt(200_000));
        revoked.countDown();
        gate.recheckNow();
        threads.shutdown();
        Await.until("all ended", () -> threads.isTerminated() && gate.calls() == 0);
        assertEquals(allowed.get(), cut.get());
      }
    }
  }

  private static Credential credential() {
    return Credential.of(
        name -> name.equals("authorization") ? List.of("Bearer " + TOKEN) : List.of(),
        CredentialPlaces.and(Set.of()),
        List.of(),
        Optional.empty(),
        new RecentTokens());
  }

  private static final String TOKEN = ISSUER.token().sign();

  private static Gate gate(RevokedCredentials revoked) {
    var rules = "rules: [ { allow: [ authenticated ], route: GRPC Closed/M } ]";
    var policy =
        PolicyFile.read(configuration(rules).root(), TokenNames.of(false)).bind(Set.of(ROUTE));
    var issuers =
        "issuers: { test: { issuer: \"%s\", jwks: '%s', audiences: [ \"%s\" ] } }"
            .formatted(ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE);
    var clocks = Clocks.system();
    var trusted =
        new TrustedIssuers(clocks, revoked)
            .replaceIssuers(Identity.read(configuration(issuers).root()));
    return new Gate(
        trusted,
        _ -> CredentialPlaces.and(Set.of()),
        policy,
        Perimeter.open(),
        100,
        _ -> false,
        Duration.ZERO,
        Optional.empty(),
        clocks);
  }

  private static Configuration configuration(String yaml) {
    return Configuration.parse("test.yaml", yaml, Map.of(), false);
  }
}
