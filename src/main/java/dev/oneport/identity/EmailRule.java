package dev.oneport.identity;

/** Whether {@code email_verified} must be true in an issuer's tokens. */
enum EmailRule {
  ALWAYS,
  /** Required if the claim that names the caller is {@code email}. */
  IF_CALLER,
  NEVER
}
