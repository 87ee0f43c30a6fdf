package dev.oneport.gate;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.oneport.api.Reason;
import dev.oneport.fleet.FleetQuotas;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.policy.Policy;
import dev.oneport.policy.Quota;
import java.time.Duration;
import java.util.Optional;

/** Counts calls against the quotas of a policy. */
final class QuotaCheck {
  /** The result of counting a call. */
  sealed interface Counted {
    /** The call is within its quota. */
    record Within(Meter meter) implements Counted {}

    /** The call exceeds its quota, or cannot be counted. */
    record Beyond(Denied denied) implements Counted {}
  }

  private static final Counted UNBOUNDED = new Counted.Within(Meter.UNBOUNDED);

  private final Meters meters;

  QuotaCheck(Optional<FleetQuotas> fleet) {
    this.meters = new Meters(Ticker.systemTicker(), new Allowances(fleet));
  }

  /** Counts a call whose caller is known, or is anyone. */
  Counted count(Policy policy, CallFacts facts) {
    var quota = policy.quota(facts.caller());
    return quota.isEmpty() ? UNBOUNDED : count(policy, quota.get(), facts);
  }

  private Counted count(Policy policy, Quota quota, CallFacts facts) {
    var caller = facts.caller();
    var key = MeterKey.of(policy, quota, caller, facts.call().arrival().client());
    if (key.isEmpty()) {
      return new Counted.Beyond(
          new Denied(
              Reason.CALLER_NOT_ALLOWED,
              caller,
              "a quota counts by " + quota.by() + ", and the token has no single value of it",
              Duration.ZERO));
    }
    var meter = meters.of(key.get(), quota);
    return meter
        .call()
        .<Counted>map(
            wait ->
                new Counted.Beyond(
                    new Denied(Reason.LIMIT_EXCEEDED, caller, "too many calls a second", wait)))
        .orElseGet(() -> new Counted.Within(meter));
  }
}
