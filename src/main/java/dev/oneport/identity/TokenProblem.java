package dev.oneport.identity;

/** Why a token names nobody. */
public enum TokenProblem {
  /** Everything about it is right, but its time is over. */
  EXPIRED,
  /** Not a token, or not one of ours: form, signature, issuer, audience, algorithm, claims. */
  INVALID,
  /** The platform in front checked it and cut off the signature, so nobody can check it again. */
  SIGNATURE_REMOVED,
  /** It may be right, but the issuer's keys are not available now. */
  KEYS_UNAVAILABLE,
  /** It may be right, but too many tokens wait to be verified. */
  TOO_MANY
}
