package dev.oneport.policy;

import java.util.Set;

/**
 * What a caller goes by in a policy, found out once for each token.
 *
 * @param name the caller by name
 * @param kinds the roles of the policy that it has, and the patterns that name it
 */
record BoundCaller(Subject.Named name, Set<Subject> kinds) {
  BoundCaller {
    kinds = Set.copyOf(kinds);
  }
}
