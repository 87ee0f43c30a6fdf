package dev.oneport.identity;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Maps the roles in an issuer's tokens to roles of the policy. An issuer's admin need not be one
 * here, so an operator with several issuers lists the roles that count for each, or gives them a
 * prefix.
 *
 * @param claim the claim that lists them, a text or a list of texts
 * @param accepted the roles that count, as written in the token; empty for all
 * @param prefix the prefix of their names in the policy
 */
record TokenRoles(String claim, Optional<Set<String>> accepted, String prefix) {
  /** Accepts each role under the name that the token has. */
  static TokenRoles all(String claim) {
    return new TokenRoles(claim, Optional.empty(), "");
  }

  /** The roles that a token brings, by their names in the policy. */
  Set<String> of(Token token) {
    return token.list(claim).stream()
        .filter(role -> accepted.isEmpty() || accepted.get().contains(role))
        .map(prefix::concat)
        .collect(Collectors.toUnmodifiableSet());
  }
}
