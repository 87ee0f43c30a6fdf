package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.Identity;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.policy.Policy;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.proxies.Client;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.testing.ManualClock;
import dev.oneport.transport.http2.Await;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand rights to go on. */
final class LeasesTest {
  private static final int MANY = 10_000;
  private static final long MEMORY = 2 << 20;
  private static final Route ROUTE = new Route(Protocol.GRPC, "Echo/Watch");
  private static final CallFacts CALL =
      new CallFacts(
          new CallWatch(
              _ -> {},
              ROUTE,
              new Request("GET", "", "", "HTTP/1.1", Optional.empty()),
              new Arrival(Client.UNKNOWN, "")),
          Caller.ANONYMOUS,
          Clock.systemUTC());

  private final ManualClock clock = new ManualClock(Instant.now());
  private final Policy policy = policy();
  private final Gate gate =
      new Gate(
          new TrustedIssuers(clock.clocks()).replaceIssuers(Identity.read(nothing().root())),
          _ -> CredentialPlaces.and(Set.of()),
          policy,
          Perimeter.open(),
          MANY,
          _ -> false,
          Duration.ZERO,
          Optional.empty(),
          clock.clocks());
  private final Permits permits = new Permits(2 * MANY, _ -> false);

  @Test
  void theyTakeLittleMemoryAndAllEndInTime() {
    var ended = new AtomicInteger();
    try (var leases = new Leases(permits, gate::recheck, Duration.ZERO, clock)) {
      open(leases, ended, 100).forEach(Lease::close);
      var before = usedMemory();
      var open = open(leases, ended, MANY);
      var used = usedMemory() - before;
      assertTrue(used < MEMORY, "bytes: " + used);
      assertEquals(MANY, leases.size());
      clock.advance(Duration.ofHours(2));
      Await.until("all have ended", () -> ended.get() == MANY);
      assertEquals(0, leases.size());
      assertEquals(MANY, open.size());
    }
  }

  /** How long a call may last is a time that passes; when a token ends the clock says. */
  @ParameterizedTest
  @ValueSource(ints = {-2, 2})
  void theyLastAsLongWhateverIsDoneToTheClock(int hours) {
    var ended = new AtomicInteger();
    var longest = Duration.ofHours(1);
    try (var leases = new Leases(permits, gate::recheck, longest, clock.clocks().steady())) {
      var until = clock.instant().plus(Duration.ofHours(10));
      var caller = new Caller("alice@example.com", "test", Set.of());
      var holder = new Verified(caller, until, () -> true);
      var lease = open(leases, holder, ended);
      clock.jump(Duration.ofHours(hours));
      assertEquals(Optional.empty(), gate.recheck(lease));
      clock.advance(longest.minusSeconds(1));
      assertEquals(Optional.empty(), gate.recheck(lease));
      clock.advance(Duration.ofSeconds(1));
      assertEquals(Optional.of(Reason.LIMIT_EXCEEDED), gate.recheck(lease));
      Await.until("it has ended", () -> ended.get() == 1);
    }
  }

  /** Each with a token of its own, but the caller and what a token rests on are shared by calls. */
  private List<Lease> open(Leases leases, AtomicInteger ended, int count) {
    var caller = new Caller("alice@example.com", "test", Set.of());
    var open = new ArrayList<Lease>(count);
    for (int i = 0; i < count; i++) {
      var until = clock.instant().plus(Duration.ofHours(1));
      var holder = new Verified(caller, until, () -> true);
      open.add(open(leases, holder, ended));
    }
    return open;
  }

  private static Lease open(Leases leases, Verified holder, AtomicInteger ended) {
    return leases.open(CALL, holder, Meter.UNBOUNDED, _ -> ended.incrementAndGet()).orElseThrow();
  }

  private static long usedMemory() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static Policy policy() {
    var yaml = "rules: [ { allow: [ authenticated ], route: GRPC Echo/Watch } ]";
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    return PolicyFile.read(configuration.root(), TokenNames.of(false)).bind(Set.of(ROUTE));
  }

  private static Configuration nothing() {
    return Configuration.parse("test.yaml", "", Map.of(), false);
  }
}
