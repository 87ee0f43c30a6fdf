package dev.oneport.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A pattern, split by the rules that cover parts of it. The parts are closed under intersection:
 * among the parts that match a call, one is contained in all others, and the rules that cover it
 * are exactly those that apply to the call.
 */
final class SplitPattern {
  /** More intersections of rules than this are reported as a mistake. */
  static final int MOST = 10_000;

  private final RoutePattern whole;
  private final Set<RoutePattern> parts = new LinkedHashSet<>();

  SplitPattern(RoutePattern whole, List<Rule> rules) {
    this.whole = whole;
    rules.forEach(rule -> rule.routes().forEach(this::add));
  }

  private void add(RoutePattern pattern) {
    var added = pattern.withoutNames().and(whole);
    if (added.isEmpty() || parts.contains(added.get())) {
      return;
    }
    var crossings = parts.stream().flatMap(part -> part.and(added.get()).stream()).toList();
    if (parts.size() + crossings.size() > MOST) {
      throw new IllegalArgumentException("the rules split " + whole + " into too many routes");
    }
    parts.add(added.get());
    parts.addAll(crossings);
  }

  Set<RoutePattern> parts() {
    return parts;
  }
}
