package dev.oneport.identity;

/** Why a token or a certificate is refused. */
public enum TokenProblem {
  /** It is valid in all respects but has expired. */
  EXPIRED,
  /**
   * A certificate is not from a trusted authority, or names no caller; a token is malformed, or its
   * signature, issuer, audience, algorithm or claims are not accepted.
   */
  INVALID,
  /** It was revoked, although it is valid in all other respects. */
  REVOKED,
  /** A proxy of the platform removed the signature, so it cannot be checked. */
  SIGNATURE_REMOVED,
  /** The issuer's keys are not available, so the token cannot be checked now. */
  KEYS_UNAVAILABLE,
  /** Too many tokens wait to be verified, or too many of the client's tokens were invalid. */
  TOO_MANY;

  /**
   * Whether a client that keeps to its issuer's tokens never has this problem. An expired token is
   * the issuer's, and clients learn from the refusal that they need another one.
   */
  boolean blamesClient() {
    return this == INVALID || this == SIGNATURE_REMOVED;
  }
}
