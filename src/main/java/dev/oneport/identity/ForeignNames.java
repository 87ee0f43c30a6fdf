package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.util.Set;

/**
 * The prefixes that belong to other issuers: this issuer's tokens may not contain names that begin
 * with them.
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

  /** Whether the caller or one of the roles has such a prefix. */
  boolean hasAny(Caller caller) {
    return hasCaller(caller.name()) || caller.roles().stream().anyMatch(this::hasRole);
  }
}
