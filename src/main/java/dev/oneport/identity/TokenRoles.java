package dev.oneport.identity;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How an issuer's tokens bring roles of the policy. What an issuer calls an admin need not be one
 * here, so an operator with several issuers says for each which roles count, or puts a prefix in
 * front of them.
 *
 * @param claim the claim that brings them, a text or a list of texts
 * @param accepted the ones that count, as the token has them; empty for all
 * @param prefix in front of their names in the policy
 */
record TokenRoles(String claim, Optional<Set<String>> accepted, String prefix) {
  /** Each role counts as it is. */
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
