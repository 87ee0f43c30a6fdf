package dev.oneport.identity;

/** The credentials of the issuers that are trusted now, one kind each. */
public record TrustedCredentials(VerifiedTokens tokens, VerifiedCertificates certificates) {}
