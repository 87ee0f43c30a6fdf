package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.identity.Verification.Standing;
import java.time.Duration;
import java.time.Instant;

/** What the {@link Gate} says of one call. */
sealed interface Decision {
  /** Who calls, as far as that is known and matters; {@link Caller#ANONYMOUS} if not. */
  Caller caller();

  /**
   * The call may begin.
   *
   * @param caller who calls; {@link Caller#ANONYMOUS} on open routes
   * @param rule the rule that allows it
   * @param until when the token that it began with ends; {@link Instant#MAX} on open routes
   * @param standing whether the token may still be believed
   * @param meter what counts the caller's calls
   */
  record Allowed(Caller caller, Rule rule, Instant until, Standing standing, Meter meter)
      implements Decision {}

  /**
   * The call may not begin.
   *
   * @param caller who calls, as far as that is known; {@link Caller#ANONYMOUS} if it is not
   * @param detail why, for the log; never holds any part of a token
   * @param retryAfter how long to wait before it may succeed; zero where waiting does not help
   */
  record Denied(Reason reason, Caller caller, String detail, Duration retryAfter)
      implements Decision {}
}
