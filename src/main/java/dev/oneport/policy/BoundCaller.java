package dev.oneport.policy;

import java.util.Set;

/**
 * What a caller goes by in a policy, found out once for each token.
 *
 * @param name the caller by name
 * @param kinds the roles of the policy that it has, and the patterns that name it
 * @param verdicts what conditions say of its token
 */
record BoundCaller(Subject.Named name, Set<Subject> kinds, TokenVerdicts verdicts) {
  BoundCaller {
    kinds = Set.copyOf(kinds);
  }

  /** Whether a subject means callers with a token, and this one among them. */
  boolean goesBy(Subject subject) {
    return switch (subject) {
      case Subject.Anyone _ -> false;
      case Subject.Authenticated _ -> true;
      case Subject.Named named -> named.equals(name);
      case Subject.Role _, Subject.Matching _ -> kinds.contains(subject);
    };
  }
}
