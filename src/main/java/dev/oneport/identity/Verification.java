package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The result of verifying a token or a certificate. */
public sealed interface Verification {
  /**
   * The credential is valid and names a caller.
   *
   * @param caller the caller that it names
   * @param until when it expires: at the token's {@code exp} plus the issuer's clock skew, or the
   *     certificate's {@code notAfter}
   * @param standing whether it is still valid
   * @param kind what it is
   * @param boundTo the SHA-256 of the client certificate that the token is only good with
   * @param identity what it can be revoked by, besides its caller and issuer
   */
  record Verified(
      Caller caller,
      Instant until,
      Standing standing,
      IssuerKind kind,
      Optional<String> boundTo,
      TokenIdentity identity)
      implements Verification {
    /** A credential that is bound to no certificate and has no identity of its own. */
    public Verified(Caller caller, Instant until, Standing standing) {
      this(caller, until, standing, IssuerKind.TOKEN, Optional.empty(), TokenIdentity.NONE);
    }
  }

  /**
   * The credential is refused.
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
   * Whether a verified credential is still valid, apart from its expiry: the issuer is still
   * trusted, and so is its signing key or authority.
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
