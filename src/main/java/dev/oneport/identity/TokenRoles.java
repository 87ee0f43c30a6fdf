package dev.oneport.identity;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Maps the roles in an issuer's tokens to roles of the policy. An issuer's admin role need not mean
 * the policy's, so an operator with several issuers lists each issuer's accepted roles, or gives
 * them a prefix.
 *
 * @param claims the claims that list them, each a string or a list of strings
 * @param accepted the accepted roles, as written in the token; empty for all
 * @param prefix the prefix of their names in the policy
 */
record TokenRoles(List<ClaimPath> claims, Optional<Set<String>> accepted, String prefix) {
  /** Accepts all roles, with the names in the token. */
  static TokenRoles all(String claim) {
    return new TokenRoles(List.of(ClaimPath.named(claim)), Optional.empty(), "");
  }

  /** Whether a token may bring a role of the policy. */
  boolean mayBring(String role) {
    return role.startsWith(prefix)
        && (accepted.isEmpty() || accepted.get().contains(role.substring(prefix.length())));
  }

  /** A token's roles, by their names in the policy. */
  Set<String> of(Token token) {
    return claims.stream()
        .flatMap(claim -> claim.texts(token).stream())
        .filter(role -> accepted.isEmpty() || accepted.get().contains(role))
        .map(prefix::concat)
        .collect(Collectors.toUnmodifiableSet());
  }
}
