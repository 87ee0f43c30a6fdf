package dev.oneport.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallRecord.Traffic;
import dev.oneport.record.CallSink;
import dev.oneport.record.Code;
import dev.oneport.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which records a reader gets, and how many. */
final class CallReaderTest {
  private static final Caller ALICE = new Caller("alice", "one", Set.of());
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String OTHER = "11111111111111111111111111111111";

  private final OwnCalls calls = new OwnCalls();
  private final List<CallRecord> audited = new ArrayList<>();
  private final CallSink sink = calls.before(audited::add);

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "her own, alice, one, '', true",
    "her own in another trace, alice, one, 11111111111111111111111111111111, true",
    "of another caller, bob, one, '', false",
    "of another caller in her trace, bob, one, 0af7651916cd43dd8448eb211c80319c, false",
    "of her name by another issuer, alice, two, '', false",
    "of her name by another issuer in her trace, alice, two, 0af7651916cd43dd8448eb211c80319c, false",
    "of nobody, '', '', '', false",
    "of nobody in another trace, '', '', 11111111111111111111111111111111, false",
    "of nobody in her trace, '', '', 0af7651916cd43dd8448eb211c80319c, true",
  })
  void onlyTheCallersOwnRecordsAreSeen(
      String name, String caller, String issuer, String trace, boolean seen) throws Exception {
    try (var reader = open(Optional.of(ALICE), TRACE)) {
      sink.record(call(caller, issuer, trace));
      assertEquals(seen ? 1 : 0, reader.next(Duration.ZERO).calls().size(), name);
    }
    assertEquals(1, audited.size());
  }

  @Test
  void withoutATokenOnlyTheTracesRecordsAreSeen() throws Exception {
    try (var reader = open(Optional.empty(), TRACE)) {
      sink.record(call("alice", "one", TRACE));
      sink.record(call("", "", TRACE));
      sink.record(call("", "", OTHER));
      assertEquals(
          List.of(""), reader.next(Duration.ZERO).calls().stream().map(it -> it.caller()).toList());
    }
  }

  @Test
  void recordsNotReadInTimeAreDroppedAndCounted() throws Exception {
    try (var reader = open(Optional.of(ALICE), TRACE)) {
      for (int i = 0; i < CallReader.WAITING + 7; i++) {
        sink.record(call("alice", "one", ""));
      }
      var batch = reader.next(Duration.ZERO);
      assertEquals(CallReader.WAITING, batch.calls().size());
      assertEquals(7, batch.dropped());
      sink.record(call("alice", "one", ""));
      assertEquals(0, reader.next(Duration.ZERO).dropped());
    }
    assertEquals(CallReader.WAITING + 8, audited.size());
  }

  @Test
  void theNumberOfReadersIsLimited() {
    var first = open(Optional.of(ALICE), TRACE);
    var second = calls.open(Optional.of(ALICE), Optional.empty(), 2);
    assertTrue(second.isPresent());
    assertTrue(calls.open(Optional.of(ALICE), Optional.empty(), 2).isEmpty());
    first.close();
    assertTrue(calls.open(Optional.of(ALICE), Optional.empty(), 2).isPresent());
  }

  @Test
  void aWaitingReaderIsToldOfTheEndAtOnce() throws Exception {
    try (var reader = open(Optional.of(ALICE), TRACE)) {
      Thread.startVirtualThread(calls::close);
      assertTrue(reader.next(Duration.ofHours(1)).last());
      assertTrue(calls.open(Optional.of(ALICE), Optional.empty(), 2).isEmpty());
    }
  }

  private CallReader open(Optional<Caller> caller, String trace) {
    return calls.open(caller, Optional.of(new Trace(trace, "", false)), 2).orElseThrow();
  }

  private static CallRecord call(String caller, String issuer, String trace) {
    var belongs =
        trace.isEmpty()
            ? Optional.<Trace>empty()
            : Optional.of(new Trace(trace, "b7ad6b7169203331", true));
    return new CallRecord(
        Event.ENDED,
        Instant.EPOCH,
        new Route(Protocol.HTTP, "GET /ping"),
        caller,
        issuer,
        "",
        "",
        "",
        "200",
        Code.OK,
        1,
        Traffic.NONE,
        new Request("GET", "", "", "HTTP/1.1", belongs));
  }
}
