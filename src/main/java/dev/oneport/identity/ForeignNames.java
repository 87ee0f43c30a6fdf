package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.util.Set;

/**
 * How names begin that an issuer may not give, because the prefix is another issuer's.
 *
 * @param callers the {@code caller-prefix}es of others
 * @param roles the {@code roles-prefix}es of others
 */
record ForeignNames(Set<String> callers, Set<String> roles) {
  static final ForeignNames NONE = new ForeignNames(Set.of(), Set.of());

  ForeignNames {
    callers = Set.copyOf(callers);
    roles = Set.copyOf(roles);
  }

  boolean hasCaller(String name) {
    return callers.stream().anyMatch(name::startsWith);
  }

  boolean hasRole(String name) {
    return roles.stream().anyMatch(name::startsWith);
  }

  /** Whether the caller, or one of the roles, has such a name. */
  boolean hasAny(Caller caller) {
    return hasCaller(caller.name()) || caller.roles().stream().anyMatch(this::hasRole);
  }
}
