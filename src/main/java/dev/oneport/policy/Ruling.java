package dev.oneport.policy;

import java.util.Optional;

/**
 * What a policy says of a call.
 *
 * @param rule the rule that allows or denies it; empty if no rule is for the caller, which denies
 */
public record Ruling(boolean allowed, Optional<Rule> rule) {
  /** No rule allows it. */
  static final Ruling CLOSED = new Ruling(false, Optional.empty());

  static Ruling by(Rule rule) {
    return new Ruling(!rule.denies(), Optional.of(rule));
  }
}
