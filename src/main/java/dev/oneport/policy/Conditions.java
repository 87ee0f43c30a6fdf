package dev.oneport.policy;

import dev.oneport.condition.Condition;
import dev.oneport.condition.ConditionFailure;
import dev.oneport.condition.Facts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applies rules that have conditions. */
final class Conditions {
  private Conditions() {}

  /** What a rule says of a call; empty if its condition does not hold. */
  static Optional<Ruling> apply(Rule rule, @Nullable BoundCaller caller, Facts facts) {
    var condition = rule.when().orElseThrow();
    try {
      return holds(condition, caller, facts) ? Optional.of(Ruling.by(rule)) : Optional.empty();
    } catch (ConditionFailure e) {
      return Optional.of(Ruling.failed(rule, String.valueOf(e.getMessage())));
    }
  }

  private static boolean holds(Condition condition, @Nullable BoundCaller caller, Facts facts)
      throws ConditionFailure {
    return (caller == null || condition.asksAboutCall())
        ? condition.holds(facts)
        : caller.verdicts().holds(condition, facts);
  }
}
