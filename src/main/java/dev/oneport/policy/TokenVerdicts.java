package dev.oneport.policy;

import dev.oneport.condition.Condition;
import dev.oneport.condition.ConditionFailure;
import dev.oneport.condition.Facts;
import java.util.HashMap;
import java.util.Map;

/** What conditions say of one token, if they ask about nothing else; each is evaluated once. */
final class TokenVerdicts {
  private volatile Map<Condition, Boolean> known = Map.of();

  boolean holds(Condition condition, Facts facts) throws ConditionFailure {
    var before = known;
    var verdict = before.get(condition);
    if (verdict == null) {
      verdict = condition.holds(facts);
      // Policies have few conditions; if two threads evaluate two at once, one is evaluated again.
      var more = new HashMap<>(before);
      more.put(condition, verdict);
      known = more;
    }
    return verdict;
  }
}
