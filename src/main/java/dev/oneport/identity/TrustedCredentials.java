package dev.oneport.identity;

/**
 * The credentials of the issuers that are trusted now, one kind each.
 *
 * @param revoked those that count no more
 * @param logouts the logout tokens of the same issuers
 */
public record TrustedCredentials(
    VerifiedTokens tokens,
    VerifiedCertificates certificates,
    RevokedCredentials revoked,
    LogoutTokens logouts) {}
