package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.time.Duration;
import java.time.Instant;

/** The result of verifying a token. */
public sealed interface Verification {
  /**
   * The token is valid and names a caller.
   *
   * @param caller the caller that it names
   * @param until when it expires: at the token's {@code exp} plus the issuer's clock skew
   * @param standing whether it is still valid
   */
  record Verified(Caller caller, Instant until, Standing standing) implements Verification {}

  /**
   * The token is refused.
   *
   * @param problem why, for the client
   * @param detail why, for the log; never holds any part of the token
   * @param retryAfter how long to wait before sending the token again; zero if that does not help
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
   * Whether a verified token is still valid, apart from its expiry: the issuer is still trusted,
   * and still publishes the signing key.
   */
  interface Standing {
    /** Whether the token is still valid; cheap enough to check on each call. */
    boolean good();

    /** Like {@link #good} without waiting, for code that checks many tokens. */
    default boolean stillGood() {
      return good();
    }
  }
}
