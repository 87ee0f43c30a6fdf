package dev.oneport.policy;

import java.util.List;
import java.util.Optional;

/** The rules about one route, in the order of the file. */
final class RouteRules {
  private final List<Rule> rules;
  private final CallerIndex<Rule> allowing;
  private final CallerIndex<Rule> denying;
  private final Optional<Rule> open;

  RouteRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.allowing = index(rules.stream().filter(rule -> !rule.denies()).toList());
    this.denying = index(rules.stream().filter(Rule::denies).toList());
    this.open = denying.forAnyone().isPresent() ? Optional.empty() : allowing.forAnyone();
  }

  List<Rule> rules() {
    return rules;
  }

  /** The rule that opens the route to anyone; tokens are not checked then. */
  Optional<Rule> open() {
    return open;
  }

  /** Decides a call without regard to the caller, who has no token or needs none. */
  Ruling decide() {
    return open.or(denying::forAnyone).map(Ruling::by).orElse(Ruling.CLOSED);
  }

  Ruling decide(BoundCaller caller) {
    return open.or(denying::forAnyone)
        .or(() -> denying.find(caller))
        .or(() -> allowing.find(caller))
        .map(Ruling::by)
        .orElse(Ruling.CLOSED);
  }

  private static CallerIndex<Rule> index(List<Rule> rules) {
    return new CallerIndex<>(rules, Rule::subjects);
  }
}
