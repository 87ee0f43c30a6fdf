package dev.oneport.identity;

import dev.oneport.config.Section;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps apart the names that several issuers give to callers and roles. A prefix belongs to the
 * issuers that have it: no other issuer's token may name a caller or a role that begins with it.
 */
final class IssuerNames {
  private final List<Issuer> issuers;

  IssuerNames(List<Issuer> issuers) {
    this.issuers = List.copyOf(issuers);
  }

  /** The names that an issuer may not give. */
  ForeignNames foreign(Issuer issuer) {
    return new ForeignNames(
        others(issuer, Issuer::callerPrefix), others(issuer, IssuerNames::rolesPrefix));
  }

  /**
   * Reports prefixes that begin with another issuer's: with "a:" and "a:b:", a name of the second
   * could also be one of the first.
   */
  void report(Section section) {
    for (var issuer : issuers) {
      report(section, issuer, "caller-prefix", "callers", Issuer::callerPrefix);
      report(section, issuer, "roles-prefix", "roles", IssuerNames::rolesPrefix);
    }
  }

  private void report(
      Section section, Issuer issuer, String key, String named, Function<Issuer, String> prefix) {
    var own = prefix.apply(issuer);
    issuers.stream()
        .filter(other -> !prefix.apply(other).isEmpty() && !prefix.apply(other).equals(own))
        .filter(other -> own.startsWith(prefix.apply(other)))
        .findFirst()
        .ifPresent(
            other ->
                section.problem(
                    "issuers." + issuer.name() + "." + key,
                    "begins with that of "
                        + other.name()
                        + ", whose "
                        + named
                        + " could have the same names"));
  }

  private Set<String> others(Issuer issuer, Function<Issuer, String> prefix) {
    return issuers.stream()
        .map(prefix)
        .filter(other -> !other.isEmpty() && !other.equals(prefix.apply(issuer)))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String rolesPrefix(Issuer issuer) {
    return issuer.roles().map(TokenRoles::prefix).orElse("");
  }
}
