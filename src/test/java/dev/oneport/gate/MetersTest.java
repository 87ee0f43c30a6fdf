package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.policy.CountBy;
import dev.oneport.policy.Quota;
import dev.oneport.policy.QuotaScope;
import dev.oneport.policy.Subject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a caller has open is counted for as long as it is open. */
final class MetersTest {
  private static final MeterKey ALICE_KEY =
      new MeterKey(new CountBy.EachCaller(), Set.of(), "test", "alice@example.com");
  private static final Set<Subject> ALL = Set.of(new Subject.Authenticated());

  private final AtomicLong nanos = new AtomicLong();
  private final Meters meters = new Meters(nanos::get, Allowances.HERE);

  @Test
  void openStreamsAreCountedHoweverLongAgoTheCallerCalled() {
    var quota = quota(0, 0, 2, 0);
    var held = meters.of(ALICE_KEY, quota);
    assertTrue(held.openStream());
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    var later = meters.of(ALICE_KEY, quota);
    assertTrue(later.openStream());
    assertFalse(later.openStream());
    held.closeStream();
    assertTrue(later.openStream());
  }

  @Test
  void openStreamsCountOnUnderAChangedQuota() {
    assertTrue(meters.of(ALICE_KEY, quota(0, 0, 2, 0)).openStream());
    assertFalse(meters.of(ALICE_KEY, quota(5, 5, 1, 0)).openStream());
  }

  @Test
  void messagesAreTheCallersAndNotTheSockets() {
    var quota = quota(0, 0, 0, 3);
    for (int i = 0; i < 3; i++) {
      assertTrue(meters.of(ALICE_KEY, quota).message().isEmpty());
    }
    assertTrue(meters.of(ALICE_KEY, quota).message().isPresent());
  }

  /** Else a caller with two tokens would begin with a full budget each time. */
  @Test
  void callsUnderTwoQuotasInTurnAreCountedUnderBoth() {
    var one = quota(1, 2, 0, 0);
    var other = quota(1, 3, 0, 0);
    int admitted = 0;
    for (int i = 0; i < 100; i++) {
      admitted += meters.of(ALICE_KEY, i % 2 == 0 ? one : other).call().isEmpty() ? 1 : 0;
    }
    assertTrue(admitted < 50, () -> "each call began with a full budget");
  }

  /** A flood of values that clients make up frees none that has spent its budget. */
  @Test
  void valuesThatOweMoreAreNotForgotten() {
    var table = new TallyTable(4);
    var quota = quota(1, 100, 0, 0);
    var busy = table.get(address("busy"), key -> new Tally(key, Allowances.HERE)).meter(quota);
    for (int i = 0; i < 100; i++) {
      busy.call();
    }
    for (int i = 0; i < 10_000; i++) {
      table.get(address("flood" + i), key -> new Tally(key, Allowances.HERE)).meter(quota).call();
    }
    assertSame(
        busy, table.get(address("busy"), key -> new Tally(key, Allowances.HERE)).meter(quota));
  }

  @Test
  void newValuesBeginFullInAFullTable() {
    var table = new TallyTable(1);
    var quota = quota(1, 1, 0, 0);
    for (int i = 0; i < 1_000; i++) {
      var meter =
          table.get(address("new" + i), key -> new Tally(key, Allowances.HERE)).meter(quota);
      assertTrue(meter.call().isEmpty());
    }
  }

  private static MeterKey address(String value) {
    return new MeterKey(new CountBy.EachAddress(), ALL, "", value);
  }

  private static Quota quota(int calls, int burst, int streams, int messages) {
    return new Quota(
        ALL, new CountBy.EachCaller(), QuotaScope.SERVER, calls, burst, streams, messages, 0);
  }
}
