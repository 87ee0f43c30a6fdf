package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.policy.Quota;
import dev.oneport.policy.Subject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a caller has open is counted for as long as it is open. */
final class MetersTest {
  private static final Caller ALICE = new Caller("alice@example.com", "test", Set.of());
  private static final Set<Subject> ALL = Set.of(new Subject.Authenticated());

  private final AtomicLong nanos = new AtomicLong();
  private final Meters meters = new Meters(nanos::get);

  @Test
  void openStreamsAreCountedHoweverLongAgoTheCallerCalled() {
    var quota = new Quota(ALL, 0, 0, 2, 0);
    var held = meters.of(ALICE, quota);
    assertTrue(held.openStream());
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    var later = meters.of(ALICE, quota);
    assertTrue(later.openStream());
    assertFalse(later.openStream());
    held.closeStream();
    assertTrue(later.openStream());
  }

  @Test
  void openStreamsCountOnUnderAChangedQuota() {
    assertTrue(meters.of(ALICE, new Quota(ALL, 0, 0, 2, 0)).openStream());
    assertFalse(meters.of(ALICE, new Quota(ALL, 5, 5, 1, 0)).openStream());
  }

  @Test
  void messagesAreTheCallersAndNotTheSockets() {
    var quota = new Quota(ALL, 0, 0, 0, 3);
    for (int i = 0; i < 3; i++) {
      assertTrue(meters.of(ALICE, quota).message().isEmpty());
    }
    assertTrue(meters.of(ALICE, quota).message().isPresent());
  }
}
