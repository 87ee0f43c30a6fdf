package dev.oneport.condition;

/** An expression that cannot be a condition; the message says where and why. */
public final class InvalidCondition extends Exception {
  InvalidCondition(String message) {
    super(message, null, false, false);
  }
}
