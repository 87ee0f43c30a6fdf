package dev.oneport.condition;

import java.util.Set;

/**
 * What an expression asks about by name, so that names that do not exist can be reported when it is
 * read. Texts count where they are compared by {@code ==}, {@code !=} or {@code in}.
 *
 * @param claims the claims
 * @param parameters the variables of the path, except those that {@code has()} asks about
 * @param issuers the texts that {@code caller.issuer} is compared with
 * @param callers the texts that {@code caller.name} is compared with
 * @param roles the texts that are looked for in {@code caller.roles}
 * @param routes the texts that {@code request.route} is compared with
 * @param protocols the texts that {@code request.protocol} is compared with
 * @param methods the texts that {@code request.method} is compared with
 */
public record Mentions(
    Set<String> claims,
    Set<String> parameters,
    Set<String> issuers,
    Set<String> callers,
    Set<String> roles,
    Set<String> routes,
    Set<String> protocols,
    Set<String> methods) {
  public Mentions {
    claims = Set.copyOf(claims);
    parameters = Set.copyOf(parameters);
    issuers = Set.copyOf(issuers);
    callers = Set.copyOf(callers);
    roles = Set.copyOf(roles);
    routes = Set.copyOf(routes);
    protocols = Set.copyOf(protocols);
    methods = Set.copyOf(methods);
  }
}
