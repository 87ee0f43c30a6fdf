package dev.oneport.identity;

import java.time.Instant;

/**
 * What a verified logout token says: a user's session, or all of them, ended at an issuer.
 *
 * @param issuer the operator's name for the issuer
 * @param subject the {@code sub}; empty if only the session is named
 * @param session the {@code sid}; empty if all of the subject's sessions ended
 * @param at when the issuer said so, by its own clock
 */
public record EndedSession(String issuer, String subject, String session, Instant at) {}
