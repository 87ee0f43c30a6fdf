package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import java.time.Duration;

/** What the {@link Gate} says of one call. */
sealed interface Decision {
  /** Who calls, as far as that is known and matters; {@link Caller#ANONYMOUS} if not. */
  Caller caller();

  /** The call may begin; whoever is told so must close the admission when the call is over. */
  record Allowed(Admission admission) implements Decision {
    @Override
    public Caller caller() {
      return admission.caller();
    }
  }

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
