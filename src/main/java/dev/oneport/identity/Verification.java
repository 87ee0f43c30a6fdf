package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.time.Duration;
import java.time.Instant;

/** What a token turned out to be. */
public sealed interface Verification {
  /**
   * It names a caller.
   *
   * @param caller who
   * @param until when it is over: the token's {@code exp} and the skew that the issuer is given
   * @param standing whether that can still be believed
   */
  record Verified(Caller caller, Instant until, Standing standing) implements Verification {}

  /**
   * It does not.
   *
   * @param problem why, for the client
   * @param detail why, for the log; never holds any part of the token
   * @param retryAfter when the same token may be accepted; zero if it will not be
   */
  record Rejected(TokenProblem problem, String detail, Duration retryAfter)
      implements Verification {
    Rejected(TokenProblem problem, String detail) {
      this(problem, detail, Duration.ZERO);
    }

    static Rejected invalid(String detail) {
      return new Rejected(TokenProblem.INVALID, detail);
    }
  }

  /**
   * What a verified token rests on, beside time: its issuer is trusted, and the key that signed it
   * is the issuer's.
   */
  interface Standing {
    /** Whether that is still so; cheap enough to be asked for each call. */
    boolean good();

    /** The same by what is known at once, for whoever asks on behalf of many calls. */
    default boolean stillGood() {
      return good();
    }
  }
}
