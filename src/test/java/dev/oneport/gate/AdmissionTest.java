package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.Identity;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.proxies.Client;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallSink;
import dev.oneport.record.Code;
import dev.oneport.time.Clocks;
import dev.oneport.transport.http2.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A permit is given back once, a lease ends once, and a call has one line, whatever happens. */
@Timeout(60)
final class AdmissionTest {
  private static final int ROUNDS = 500;
  private static final int THREADS = 4;
  private static final Route OPEN = new Route(Protocol.GRPC, "Open/M");
  private static final Route CLOSED = new Route(Protocol.GRPC, "Closed/M");
  private static final Request REQUEST = new Request("POST", "", "", "", Optional.empty());

  private static final List<Consumer<Admission>> STEPS =
      List.of(
          Admission::close,
          admission -> admission.close(Outcome.of("OK", Code.OK)),
          admission -> admission.end(Outcome.of("CANCELLED", Code.CANCELLED)),
          admission -> admission.end(Outcome.of(Reason.BAD_REQUEST, "", "INVALID_ARGUMENT")),
          admission -> admission.deny(Gate.denied(Reason.DRAINING, "too late")),
          admission -> admission.lease().end(Reason.ACCESS_TOKEN_EXPIRED),
          admission -> admission.onCutOff(_ -> {}));

  private final Queue<CallRecord> records = new ConcurrentLinkedQueue<>();
  private final Gate gate = gate(2);

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void whateverIsDoneInWhateverOrderByWhicheverThreads() throws Exception {
    var random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      records.clear();
      var admission = admitStream(records::add);
      var start = new CyclicBarrier(THREADS);
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < THREADS; i++) {
        var step = STEPS.get(random.nextInt(STEPS.size()));
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  await(start);
                  step.accept(admission);
                }));
      }
      for (var thread : threads) {
        thread.join();
      }
      admission.close();
      admission.close();
      assertEquals(0, gate.calls());
      assertEquals(0, gate.leases());
      assertEquals(1, records.size(), records::toString);
    }
    // Streams were given back as often as they were taken: there is room for two, and for no more.
    assertInstanceOf(Allowed.class, stream(_ -> {}));
    assertInstanceOf(Allowed.class, stream(_ -> {}));
    assertInstanceOf(Denied.class, stream(_ -> {}));
  }

  @Test
  void aCallOfWhichNobodySaysHowItEndedHasFailed() {
    try (var admission = admitStream(records::add)) {
      admission.started();
    }
    assertEquals(
        List.of(Event.STARTED, Event.ENDED), records.stream().map(CallRecord::event).toList());
    var last = List.copyOf(records).getLast();
    assertEquals("INTERNAL INTERNAL ", last.status() + " " + last.code() + " " + last.reason());
  }

  @Test
  void thePermitIsGivenBackThoughNothingCanBeWrittenDown() {
    var admission =
        admitStream(
            _ -> {
              throw new IllegalStateException("no sink");
            });
    assertThrows(IllegalStateException.class, admission::close);
    admission.close();
    assertEquals("0 0", gate.calls() + " " + gate.leases());
  }

  @Test
  void theListenerHearsOnceWhyTheCallMayNotGoOnHoweverLateItCame() {
    var heard = new ArrayList<Reason>();
    try (var early = admitStream(_ -> {});
        var late = admitStream(_ -> {})) {
      early.onCutOff(heard::add);
      early.lease().end(Reason.DRAINING);
      late.lease().end(Reason.ACCESS_TOKEN_EXPIRED);
      late.onCutOff(heard::add);
      late.lease().end(Reason.INTERNAL);
      assertEquals(List.of(Reason.DRAINING, Reason.ACCESS_TOKEN_EXPIRED), heard);
      assertEquals(Optional.of(Reason.ACCESS_TOKEN_EXPIRED), late.cutReason());
    }
  }

  /** As by a thread that a handler has left behind. */
  @Test
  void aCallThatIsOverTakesNoLease() {
    var decision = gate.admit(call(OPEN, _ -> {}), Credential.MISSING, this);
    var admission = assertInstanceOf(Allowed.class, decision).admission();
    admission.close();
    assertThrows(IllegalStateException.class, admission::stayOpen);
    assertEquals("0 0", gate.calls() + " " + gate.leases());
  }

  @Test
  void aStoppingServerEndsStreamsAndLetsNoneBegin() {
    try (var open = admitStream(_ -> {})) {
      gate.drain();
      var denied = assertInstanceOf(Denied.class, stream(records::add));
      assertSame(Reason.DRAINING, denied.reason());
      Await.until("it is told", () -> open.cutReason().isPresent());
      assertSame(Reason.DRAINING, open.cutReason().orElseThrow());
      assertEquals(1, gate.calls());
    }
    assertEquals(List.of(Event.DENIED), records.stream().map(CallRecord::event).toList());
  }

  @Test
  void aCallThatCannotBeDecidedIsDenied() {
    var unhashable =
        new Object() {
          @Override
          public int hashCode() {
            throw new IllegalStateException("no hash");
          }
        };
    var credential =
        Credential.of(
            _ -> List.of("Bearer eyJhbGciOiJSUzI1NiJ9.e30.x"),
            CredentialPlaces.and(Set.of()),
            List.of(),
            Optional.empty(),
            new RecentTokens());
    var decision = gate.admit(call(CLOSED, records::add), credential, unhashable);
    assertSame(Reason.INTERNAL, assertInstanceOf(Denied.class, decision).reason());
    assertEquals(0, gate.calls());
    assertEquals(List.of("INTERNAL"), records.stream().map(CallRecord::status).toList());
  }

  private Admission admitStream(CallSink sink) {
    return assertInstanceOf(Allowed.class, stream(sink)).admission();
  }

  private Decision stream(CallSink sink) {
    return gate.admitStream(call(OPEN, sink), Credential.MISSING, this);
  }

  private static CallWatch call(Route route, CallSink sink) {
    return new CallWatch(sink, route, REQUEST, new Arrival(Client.UNKNOWN, ""));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Gate gate(int maxCalls) {
    var yaml =
        """
        rules:
          - { allow: [ anyone ], route: GRPC Open/M }
          - { allow: [ authenticated ], route: GRPC Closed/M }
        """;
    var policy =
        PolicyFile.read(configuration(yaml).root(), TokenNames.of(false))
            .bind(Set.of(OPEN, CLOSED));
    var clocks = Clocks.system();
    var trusted =
        new TrustedIssuers(clocks).replaceIssuers(Identity.read(configuration("").root()));
    return new Gate(
        trusted,
        _ -> CredentialPlaces.and(Set.of()),
        policy,
        Perimeter.open(),
        maxCalls,
        _ -> false,
        Duration.ZERO,
        Optional.empty(),
        clocks);
  }

  private static Configuration configuration(String yaml) {
    return Configuration.parse("test.yaml", yaml, Map.of(), false);
  }
}
