package dev.oneport.policy;

import java.util.Optional;

/**
 * What a policy says of a call.
 *
 * @param rule the rule that allows or denies it; empty if no rule is for the caller, which denies
 * @param failure why the rule's condition could not be evaluated, which denies; empty if it could
 */
public record Ruling(boolean allowed, Optional<Rule> rule, String failure) {
  /** No rule allows it. */
  static final Ruling CLOSED = new Ruling(false, Optional.empty(), "");

  static Ruling by(Rule rule) {
    return new Ruling(!rule.denies(), Optional.of(rule), "");
  }

  static Ruling failed(Rule rule, String failure) {
    return new Ruling(false, Optional.of(rule), failure);
  }
}
