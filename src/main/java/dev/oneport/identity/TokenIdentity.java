package dev.oneport.identity;

import java.time.Instant;

/**
 * What tells one verified credential from others of the same caller, so that it can be revoked.
 *
 * @param subject the {@code sub} as the issuer wrote it; empty if there is none
 * @param session the {@code sid} (OpenID Connect Front-Channel Logout 1.0 section 3); empty if
 *     there is none
 * @param tokenId the {@code jti}; empty if there is none
 * @param issued the {@code iat}; {@link Instant#MIN}, before everything, if there is none
 */
public record TokenIdentity(String subject, String session, String tokenId, Instant issued) {
  /** Of API keys and certificates. */
  public static final TokenIdentity NONE = new TokenIdentity("", "", "", Instant.MIN);

  static TokenIdentity of(Token token) {
    return new TokenIdentity(
        token.claim("sub").orElse(""),
        token.claim("sid").orElse(""),
        token.claim("jti").orElse(""),
        token.time("iat").orElse(Instant.MIN));
  }
}
