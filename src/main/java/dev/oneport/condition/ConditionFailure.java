package dev.oneport.condition;

/**
 * A condition could not be evaluated for a call. The message names the kind of failure and no
 * value, because values of claims belong in no log.
 */
public final class ConditionFailure extends Exception {
  ConditionFailure(String message) {
    super(message, null, false, false);
  }
}
