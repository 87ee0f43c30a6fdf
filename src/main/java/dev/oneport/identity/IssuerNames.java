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
  private final List<? extends NamedIssuer> issuers;

  IssuerNames(List<? extends NamedIssuer> issuers) {
    this.issuers = List.copyOf(issuers);
  }

  /** The names that belong to other issuers. */
  ForeignNames foreign(NamedIssuer issuer) {
    return new ForeignNames(
        others(issuer, NamedIssuer::callerPrefix), others(issuer, NamedIssuer::rolesPrefix));
  }

  /** Reads the prefix of an issuer's callers. */
  static String callerPrefix(Section section) {
    return section.literal("caller-prefix", "a prefix is the same for all callers", "");
  }

  /** Reports an issuer, one of several, that does not say how its callers are named. */
  static void requireCallerPrefix(String name, Section section) {
    if (!section.has("caller-prefix")) {
      section.problem(
          "caller-prefix",
          "with several issuers, each must say how its callers are named: \""
              + name
              + ":\" keeps them apart, \"\" lets one name mean one caller for all issuers that have"
              + " this prefix");
    }
  }

  /**
   * Reports prefixes that begin with another issuer's prefix: with "a:" and "a:b:", a name with the
   * second prefix could also belong to the first issuer.
   */
  void report(Section section) {
    for (var issuer : issuers) {
      report(section, issuer, "caller-prefix", "callers", NamedIssuer::callerPrefix);
      report(section, issuer, "roles-prefix", "roles", NamedIssuer::rolesPrefix);
    }
  }

  private void report(
      Section section,
      NamedIssuer issuer,
      String key,
      String named,
      Function<NamedIssuer, String> prefix) {
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

  private Set<String> others(NamedIssuer issuer, Function<NamedIssuer, String> prefix) {
    return issuers.stream()
        .map(prefix)
        .filter(other -> !other.isEmpty() && !other.equals(prefix.apply(issuer)))
        .collect(Collectors.toUnmodifiableSet());
  }
}
