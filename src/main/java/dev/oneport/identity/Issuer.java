package dev.oneport.identity;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer that the server trusts, and how it reads the issuer's tokens.
 *
 * @param name the operator's name for the issuer
 * @param ids the values of {@code iss} that name it
 * @param audienceClaim the claim that lists a token's audiences
 * @param audiences the accepted audiences; one must be in the audience claim
 * @param required the claims that must have certain values
 * @param callerClaims the claims that may name the caller; the first one in the token does
 * @param roles reads the roles in its tokens; empty if they carry none
 * @param maxLifetime the longest time from {@code iat} to {@code exp}
 * @param tokenType the {@code typ} that its tokens must have, in the form of {@link
 *     TokenType#normal}; if empty, any {@code typ} that does not name another kind of JWT
 * @param header the header that carries its tokens, in lower case; empty for {@code Authorization};
 *     {@code cookie:} and a name for a cookie
 * @param logoutAudiences the audiences of the logout tokens that it may send; empty if it may send
 *     none
 * @param claims the claims that handlers are told
 * @param callerShape what its callers' names look like behind the prefix
 */
record Issuer(
    String name,
    Set<String> ids,
    KeySource keys,
    ClaimPath audienceClaim,
    Set<String> audiences,
    Requirements required,
    List<ClaimPath> callerClaims,
    EmailRule verifiedEmail,
    String callerPrefix,
    Optional<TokenRoles> roles,
    Set<Algorithm> algorithms,
    Duration skew,
    Duration maxLifetime,
    Optional<String> tokenType,
    Optional<String> header,
    Set<String> logoutAudiences,
    List<ClaimPath> claims,
    CallerShape callerShape)
    implements NamedIssuer {
  static final Duration SKEW = Duration.ofSeconds(30);
  static final Duration MAX_LIFETIME = Duration.ofHours(24);
  static final Set<Algorithm> ALGORITHMS = Set.of(Algorithm.RS256, Algorithm.ES256);

  Issuer {
    ids = Set.copyOf(ids);
    audiences = Set.copyOf(audiences);
    callerClaims = List.copyOf(callerClaims);
    claims = List.copyOf(claims);
    algorithms = Set.copyOf(algorithms);
    logoutAudiences = Set.copyOf(logoutAudiences);
  }

  @Override
  public String place() {
    return header.orElse(CredentialPlaces.AUTHORIZATION);
  }

  @Override
  public String rolesPrefix() {
    return roles.map(TokenRoles::prefix).orElse("");
  }

  @Override
  public boolean mayBring(String role) {
    return roles.filter(it -> it.mayBring(role)).isPresent();
  }

  @Override
  public boolean bringsRoles() {
    return roles.isPresent();
  }

  @Override
  public boolean namesByAddress() {
    return callerShape.isAddress() || callerClaims.contains(ClaimPath.named("email"));
  }

  /** The audiences that Helidon's provider can check; it reads only {@code aud}. */
  Set<String> providerAudiences() {
    return audienceClaim.equals(ClaimPath.named("aud")) && !(keys instanceof KeySource.Each)
        ? audiences
        : Set.of();
  }

  /**
   * Whether no token can be valid for both issuers, which share an {@code iss}: their audiences or
   * the values of a required claim differ.
   */
  boolean isApartFrom(Issuer other) {
    var audience =
        audienceClaim.equals(other.audienceClaim)
            && Collections.disjoint(audiences, other.audiences);
    return audience || required.excludes(other.required);
  }
}
