package dev.oneport.identity;

/** Why a token is refused. */
public enum TokenProblem {
  /** The token is valid in all respects but has expired. */
  EXPIRED,
  /**
   * The token is malformed, or its signature, issuer, audience, algorithm or claims are not
   * accepted.
   */
  INVALID,
  /** The platform in front removed the signature, so it cannot be checked here. */
  SIGNATURE_REMOVED,
  /** The issuer's keys are not available, so the token cannot be checked now. */
  KEYS_UNAVAILABLE,
  /** Too many tokens wait to be verified. */
  TOO_MANY
}
