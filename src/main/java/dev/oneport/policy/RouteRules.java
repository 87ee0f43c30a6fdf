package dev.oneport.policy;

import dev.oneport.condition.Facts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules about one route, in the order of the file. Those without a condition are found by
 * index; those with one are evaluated in their order. Rules that deny come first. A condition that
 * cannot be evaluated denies the call.
 */
final class RouteRules {
  private final List<Rule> rules;
  private final CallerIndex<Rule> allowing;
  private final CallerIndex<Rule> denying;
  private final List<Rule> allowingWhen;
  private final List<Rule> denyingWhen;
  private final Optional<Rule> open;
  private final Optional<Ruling> opening;
  private final Set<String> issuers;

  RouteRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.allowing = index(rules.stream().filter(rule -> !rule.denies()).toList());
    this.denying = index(rules.stream().filter(Rule::denies).toList());
    this.allowingWhen = conditional(rules.stream().filter(rule -> !rule.denies()).toList());
    this.denyingWhen = conditional(rules.stream().filter(Rule::denies).toList());
    this.open = denying.forAnyone().isPresent() ? Optional.empty() : allowing.forAnyone();
    this.opening = open.map(Ruling::by);
    this.issuers =
        rules.stream()
            .flatMap(rule -> rule.issuers().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** The issuers whose credentials decide; empty if all do. */
  Set<String> issuers() {
    return issuers;
  }

  List<Rule> rules() {
    return rules;
  }

  /**
   * The rule that opens the route to anyone, whatever the call is like; tokens are not checked
   * then.
   */
  Optional<Rule> open() {
    return denyingWhen.isEmpty() ? open : Optional.empty();
  }

  /** The rules that are for a caller, or for anyone, and whose conditions hold or fail. */
  List<Rule> applying(@Nullable BoundCaller caller, Facts facts) {
    return rules.stream()
        .filter(rule -> rule.forAnyone() || rule.isFor(caller))
        .filter(
            rule -> rule.issuers().isEmpty() || rule.issuers().contains(facts.caller().issuer()))
        .filter(rule -> rule.when().isEmpty() || Conditions.apply(rule, caller, facts).isPresent())
        .toList();
  }

  /** Decides a call for which no token needs to be checked; empty if one does. */
  Optional<Ruling> decideForAnyone(Facts facts) {
    if (denying.forAnyone().isPresent()) {
      return Optional.empty();
    }
    if (denyingWhen.isEmpty() && allowingWhen.isEmpty()) {
      return opening;
    }
    return first(denyingWhen, null, facts)
        .or(() -> opening)
        .or(() -> first(allowingWhen, null, facts));
  }

  /** Decides a call without a token, where one needs to be checked. */
  Ruling decide() {
    return denying.forAnyone().map(Ruling::by).orElse(Ruling.CLOSED);
  }

  /** Decides a call by a caller with a valid token, where one needs to be checked. */
  Ruling decide(BoundCaller caller, Facts facts) {
    if (!issuers.isEmpty() && !issuers.contains(facts.caller().issuer())) {
      return Ruling.CLOSED;
    }
    return denying
        .forAnyone()
        .or(() -> denying.find(caller))
        .map(Ruling::by)
        .or(() -> first(denyingWhen, caller, facts))
        .or(() -> allowing.find(caller).map(Ruling::by))
        .or(() -> first(allowingWhen, caller, facts))
        .orElse(Ruling.CLOSED);
  }

  /** The first rule for the caller whose condition holds or fails. */
  private static Optional<Ruling> first(
      List<Rule> rules, @Nullable BoundCaller caller, Facts facts) {
    for (var rule : rules) {
      if (rule.isFor(caller)) {
        var ruling = Conditions.apply(rule, caller, facts);
        if (ruling.isPresent()) {
          return ruling;
        }
      }
    }
    return Optional.empty();
  }

  private static CallerIndex<Rule> index(List<Rule> rules) {
    return new CallerIndex<>(
        rules.stream().filter(rule -> rule.when().isEmpty()).toList(), Rule::subjects);
  }

  private static List<Rule> conditional(List<Rule> rules) {
    return rules.stream().filter(rule -> rule.when().isPresent()).toList();
  }
}
