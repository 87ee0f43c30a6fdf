package dev.oneport.identity;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer that the server trusts, and how it reads the issuer's tokens.
 *
 * @param name the operator's name for the issuer
 * @param ids the values of {@code iss} that name it
 * @param audiences one of these must be in the audience claim
 * @param required claims that must have these values
 * @param roles which roles its tokens bring; empty if none
 * @param maxLifetime how far apart {@code iat} and {@code exp} may be
 * @param tokenType the {@code typ} that its tokens must have, in the form of {@link
 *     TokenType#normal}; if empty, any {@code typ} that does not name another kind of JWT
 * @param header the header that carries its tokens, in lower case; empty for {@code Authorization}
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

  /** The audiences that Helidon's provider can check; it reads no claim but {@code aud}. */
  Set<String> providerAudiences() {
    return audienceClaim.equals("aud") ? audiences : Set.of();
  }
}
