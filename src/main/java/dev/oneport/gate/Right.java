package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import java.util.Optional;

/**
 * The verdict for a caller on a route, without making a call.
 *
 * @param rule the rule that allows the call; empty if none does
 * @param reason why it would be refused; empty if it would not
 */
public record Right(Route route, Optional<Rule> rule, Optional<Reason> reason) {
  static Right of(Policy policy, Route route, Who who) {
    var open = policy.open(route);
    if (open.isPresent()) {
      return new Right(route, open, Optional.empty());
    }
    return switch (who) {
      case Who.Unknown(var reason, _, _) -> new Right(route, Optional.empty(), Optional.of(reason));
      case Who.Known(var verified) -> {
        var rule = policy.allows(route, verified.caller());
        yield rule.isPresent()
            ? new Right(route, rule, Optional.empty())
            : new Right(route, rule, Optional.of(Reason.CALLER_NOT_ALLOWED));
      }
    };
  }

  /** Whether anyone may call it, without a token check. */
  public boolean open() {
    return rule.filter(Rule::open).isPresent();
  }
}
