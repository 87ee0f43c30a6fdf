package dev.oneport.access;

import dev.oneport.identity.Verification.Verified;

/** Whom a credential names, as far as the gate can tell. */
public sealed interface Who {
  /** It names a caller, for a time. */
  record Known(Verified verified) implements Who {}

  /**
   * It names nobody.
   *
   * @param detail why, for the log; never holds any part of a token
   */
  record Unknown(Reason reason, String detail) implements Who {}
}
