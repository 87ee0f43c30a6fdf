package dev.oneport.access;

import dev.oneport.identity.Caller;
import java.util.Map;
import java.util.Set;

/** Whom a rule allows. */
sealed interface Subject {
  /** Everybody, with or without a token; tokens are not looked at. */
  record Anyone() implements Subject {}

  /** Whoever has a good token of any trusted issuer. */
  record Authenticated() implements Subject {}

  /** Whoever the policy lists under this role, or whose token brings it. */
  record Role(String name) implements Subject {}

  /** One caller by name. */
  record Named(String caller) implements Subject {}

  /** Whether this subject is, or holds, the caller. */
  default boolean covers(Caller caller, Map<String, Set<String>> members) {
    return switch (this) {
      case Anyone() -> true;
      case Authenticated() -> !caller.anonymous();
      case Role(var role) ->
          !caller.anonymous()
              && (caller.roles().contains(role)
                  || members.getOrDefault(role, Set.of()).contains(caller.name()));
      case Named(var name) -> !caller.anonymous() && caller.name().equals(name);
    };
  }
}
