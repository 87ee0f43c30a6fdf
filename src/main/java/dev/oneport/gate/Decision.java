package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import java.time.Duration;

/** The {@link Gate}'s verdict on one call. */
sealed interface Decision {
  /** The caller; {@link Caller#ANONYMOUS} if unknown or if the route is open to anyone. */
  Caller caller();

  /** The call may begin; the guard must close the admission when the call has ended. */
  record Allowed(Admission admission) implements Decision {
    @Override
    public Caller caller() {
      return admission.caller();
    }
  }

  /**
   * The call may not begin.
   *
   * @param caller the caller; {@link Caller#ANONYMOUS} if unknown
   * @param rule the place of the rule that denies it; empty if none does
   * @param detail why, for the log; never holds any part of a token
   * @param retryAfter how long to wait before trying again; zero if waiting does not help
   */
  record Denied(Reason reason, Caller caller, String rule, String detail, Duration retryAfter)
      implements Decision {
    Denied(Reason reason, Caller caller, String detail, Duration retryAfter) {
      this(reason, caller, "", detail, retryAfter);
    }
  }
}
