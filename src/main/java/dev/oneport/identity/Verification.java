package dev.oneport.identity;

import java.time.Instant;

/** What a token turned out to be. */
public sealed interface Verification {
  /**
   * It names a caller.
   *
   * @param caller who
   * @param expires the token's {@code exp}, without the skew that the issuer is given
   * @param keys the generation of the issuer's keys that it was verified with
   */
  record Verified(Caller caller, Instant expires, Keys keys) implements Verification {}

  /**
   * It does not.
   *
   * @param problem why, for the client
   * @param detail why, for the log; never holds any part of the token
   */
  record Rejected(TokenProblem problem, String detail) implements Verification {
    static Rejected invalid(String detail) {
      return new Rejected(TokenProblem.INVALID, detail);
    }
  }
}
