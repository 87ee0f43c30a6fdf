package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.policy.Policy;
import dev.oneport.policy.Rule;
import java.util.Optional;

/**
 * The verdict for a caller on a route, without making a call.
 *
 * @param rule the rule that allows the call; empty if none does
 * @param reason why it would be refused; empty if it would be allowed
 */
public record Permission(Route route, Optional<Rule> rule, Optional<Reason> reason) {
  static Permission of(Policy policy, Route route, Identified caller) {
    var open = policy.open(route);
    if (open.isPresent()) {
      return new Permission(route, open, Optional.empty());
    }
    return switch (caller) {
      case Identified.Unknown(var reason, _, _) ->
          new Permission(route, Optional.empty(), Optional.of(reason));
      case Identified.Known(var verified) -> {
        var verdict = policy.decide(route, verified.caller());
        yield verdict.allowed()
            ? new Permission(route, verdict.rule(), Optional.empty())
            : new Permission(route, Optional.empty(), Optional.of(Reason.CALLER_NOT_ALLOWED));
      }
    };
  }

  /** Whether anyone may call the route without a token. */
  public boolean open() {
    return rule.filter(Rule::open).isPresent();
  }
}
