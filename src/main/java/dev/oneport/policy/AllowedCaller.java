package dev.oneport.policy;

import dev.oneport.api.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * One answer to the question who may call a route.
 *
 * @param who a caller's name, {@code anyone}, {@code authenticated}, or {@code tokens with role
 *     ROLE}
 * @param role the role that it is by; empty where it is not by one
 * @param place the file and line of the rule
 */
public record AllowedCaller(String who, String role, String place) {
  /** All grants of a policy for a route. */
  public static List<AllowedCaller> of(Policy policy, Route route, boolean tokensBringRoles) {
    var grants = new ArrayList<AllowedCaller>();
    for (var rule : policy.about(route)) {
      for (var subject : rule.allow()) {
        switch (subject) {
          case Subject.Anyone() -> grants.add(new AllowedCaller("anyone", "", rule.place()));
          case Subject.Authenticated() ->
              grants.add(new AllowedCaller("authenticated", "", rule.place()));
          case Subject.Named(var caller) -> grants.add(new AllowedCaller(caller, "", rule.place()));
          case Subject.Role(var role) -> {
            policy.members(role).stream()
                .sorted()
                .forEach(member -> grants.add(new AllowedCaller(member, role, rule.place())));
            if (tokensBringRoles) {
              grants.add(new AllowedCaller("tokens with role " + role, role, rule.place()));
            }
          }
        }
      }
    }
    return grants;
  }
}
