package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.identity.Verification.Verified;
import java.time.Duration;

/** The result of identifying a caller by a credential. */
public sealed interface Identified {
  /** The credential names a caller, for a limited time. */
  record Known(Verified verified) implements Identified {}

  /**
   * The credential is missing or was refused.
   *
   * @param detail why, for the log; never holds any part of a token
   * @param retryAfter how long to wait before trying again; zero if waiting does not help
   */
  record Unknown(Reason reason, String detail, Duration retryAfter) implements Identified {
    Unknown(Reason reason, String detail) {
      this(reason, detail, Duration.ZERO);
    }
  }
}
