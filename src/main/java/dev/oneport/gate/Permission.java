package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.policy.Policy;
import dev.oneport.policy.Rule;
import dev.oneport.policy.Ruling;
import java.time.Instant;
import java.util.Optional;

/**
 * The verdict for a caller on a route, without making a call.
 *
 * @param rule the rule that allows the call; empty if none does
 * @param reason why it would be refused; empty if it would be allowed
 */
public record Permission(Route route, Optional<Rule> rule, Optional<Reason> reason) {
  static Permission of(Policy policy, Route route, Identified caller, Instant now) {
    // Without a call, conditions on its path or address do not hold.
    var forAnyone = policy.decideForAnyone(new AskedFacts(Caller.ANONYMOUS, route, now));
    if (forAnyone.isPresent()) {
      return of(route, forAnyone.get());
    }
    return switch (caller) {
      case Identified.Unknown(var reason, _, _) ->
          new Permission(route, Optional.empty(), Optional.of(reason));
      case Identified.Known(var verified) ->
          of(route, policy.decideForCaller(new AskedFacts(verified.caller(), route, now)));
    };
  }

  private static Permission of(Route route, Ruling verdict) {
    return verdict.allowed()
        ? new Permission(route, verdict.rule(), Optional.empty())
        : new Permission(route, Optional.empty(), Optional.of(Reason.CALLER_NOT_ALLOWED));
  }

  /** Whether anyone may call the route without a token. */
  public boolean open() {
    return rule.filter(Rule::open).isPresent();
  }
}
