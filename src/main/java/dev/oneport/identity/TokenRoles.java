package dev.oneport.identity;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Maps the roles in an issuer's tokens to roles of the policy. An issuer's admin need not be one
 * here, so an operator with several issuers lists the roles that count for each, or gives them a
 * prefix.
 *
 * @param claims the claims that list them, each a text or a list of texts
 * @param accepted the roles that count, as written in the token; empty for all
 * @param prefix the prefix of their names in the policy
 */
record TokenRoles(List<ClaimPath> claims, Optional<Set<String>> accepted, String prefix) {
  /** Accepts each role under the name that the token has. */
  static TokenRoles all(String claim) {
    return new TokenRoles(List.of(ClaimPath.named(claim)), Optional.empty(), "");
  }

  /** Whether a token may bring a role of the policy. */
  boolean mayBring(String role) {
    return role.startsWith(prefix)
        && (accepted.isEmpty() || accepted.get().contains(role.substring(prefix.length())));
  }

  /** The roles that a token brings, by their names in the policy. */
  Set<String> of(Token token) {
    return claims.stream()
        .flatMap(claim -> claim.texts(token).stream())
        .filter(role -> accepted.isEmpty() || accepted.get().contains(role))
        .map(prefix::concat)
        .collect(Collectors.toUnmodifiableSet());
  }
}
