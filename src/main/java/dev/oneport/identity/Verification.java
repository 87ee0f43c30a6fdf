package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.time.Duration;
import java.time.Instant;

/** The result of verifying a token. */
public sealed interface Verification {
  /**
   * The token is valid and names a caller.
   *
   * @param caller who
   * @param until when it expires: the token's {@code exp} plus the issuer's clock skew
   * @param standing whether it still stands
   */
  record Verified(Caller caller, Instant until, Standing standing) implements Verification {}

  /**
   * The token is refused.
   *
   * @param problem why, for the client
   * @param detail why, for the log; never holds any part of the token
   * @param retryAfter when the same token may be accepted; zero if never
   */
  record Rejected(TokenProblem problem, String detail, Duration retryAfter)
      implements Verification {
    Rejected(TokenProblem problem, String detail) {
      this(problem, detail, Duration.ZERO);
    }

    static Rejected invalid(String detail) {
      return new Rejected(TokenProblem.INVALID, detail);
    }

    static Rejected tooManyInvalid(Duration wait) {
      return new Rejected(TokenProblem.TOO_MANY, "too many invalid tokens of one address", wait);
    }
  }

  /**
   * Whether a verified token still stands, apart from time: its issuer is trusted, and the signing
   * key is still the issuer's.
   */
  interface Standing {
    /** Whether it still stands; cheap enough to check on each call. */
    boolean good();

    /** The same without waiting, for a caller that checks many tokens. */
    default boolean stillGood() {
      return good();
    }
  }
}
