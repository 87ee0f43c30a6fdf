package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.identity.Verification.Verified;
import java.time.Duration;

/** Whom a credential names, as far as the gate can tell. */
public sealed interface Who {
  /** It names a caller, for a time. */
  record Known(Verified verified) implements Who {}

  /**
   * It names nobody.
   *
   * @param detail why, for the log; never holds any part of a token
   * @param retryAfter when it may name somebody; zero if it will not
   */
  record Unknown(Reason reason, String detail, Duration retryAfter) implements Who {
    Unknown(Reason reason, String detail) {
      this(reason, detail, Duration.ZERO);
    }
  }
}
