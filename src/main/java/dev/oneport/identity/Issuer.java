package dev.oneport.identity;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is trusted to say who a caller is, and how their tokens are read.
 *
 * @param name the operator's name for it
 * @param ids the values of {@code iss} that are its own
 * @param audiences one of these must be in the audience claim
 * @param required claims that must have these values
 * @param roles how its tokens bring roles; empty if they bring none
 * @param maxLifetime how far apart {@code iat} and {@code exp} may be
 * @param tokenType what the {@code typ} of its tokens must be, as {@link TokenType#normal} has it;
 *     if empty, any is accepted that is not known to be another kind of JWT
 * @param header the header that its tokens come in, in lower case, where it is not {@code
 *     Authorization}
 */
record Issuer(
    String name,
    Set<String> ids,
    KeySource keys,
    String audienceClaim,
    Set<String> audiences,
    Map<String, String> required,
    String callerClaim,
    boolean verifiedEmail,
    String callerPrefix,
    Optional<TokenRoles> roles,
    Set<Algorithm> algorithms,
    Duration skew,
    Duration maxLifetime,
    Optional<String> tokenType,
    Optional<String> header) {
  static final Duration SKEW = Duration.ofSeconds(30);
  static final Duration MAX_LIFETIME = Duration.ofHours(24);
  static final Set<Algorithm> ALGORITHMS = Set.of(Algorithm.RS256, Algorithm.ES256);

  Issuer {
    ids = Set.copyOf(ids);
    audiences = Set.copyOf(audiences);
    required = Map.copyOf(required);
    algorithms = Set.copyOf(algorithms);
  }

  /** The audiences that Helidon's provider can check; it knows no other claim than {@code aud}. */
  Set<String> providerAudiences() {
    return audienceClaim.equals("aud") ? audiences : Set.of();
  }
}
