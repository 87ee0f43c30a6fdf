package dev.oneport.access;

import dev.oneport.identity.Caller;
import java.time.Instant;

/** What the {@link Gate} says of one call. */
public sealed interface Decision {
  /**
   * The call may begin.
   *
   * @param caller who calls; {@link Caller#ANONYMOUS} on open routes
   * @param rule the rule that allows it
   * @param until when the token that it began with ends; {@link Instant#MAX} on open routes
   */
  record Allowed(Caller caller, Rule rule, Instant until) implements Decision {}

  /**
   * The call may not begin.
   *
   * @param caller who calls, as far as that is known; {@link Caller#ANONYMOUS} if it is not
   * @param detail why, for the log; never holds any part of a token
   */
  record Denied(Reason reason, Caller caller, String detail) implements Decision {}
}
