package dev.oneport.gate;

import dev.oneport.identity.Verification.Verified;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The calls that were allowed and have not ended, with a lease or not. They are counted only where
 * credentials can be revoked while a call runs.
 */
final class CallsInFlight {
  private final boolean watched;
  private final Set<Admission> calls = ConcurrentHashMap.newKeySet();

  CallsInFlight(boolean watched) {
    this.watched = watched;
  }

  void add(Admission admission) {
    if (watched) {
      calls.add(admission);
    }
  }

  void remove(Admission admission) {
    if (watched) {
      calls.remove(admission);
    }
  }

  /** Cuts off the calls without a lease whose credential was revoked; others end with theirs. */
  void cutOff(Predicate<Verified> revoked) {
    calls.stream().filter(it -> revoked.test(it.holder())).forEach(Admission::revoke);
  }
}
