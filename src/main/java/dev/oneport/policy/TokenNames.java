package dev.oneport.policy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the tokens of the trusted issuers can name.
 *
 * @param bringRoles whether any issuer's tokens bring roles
 * @param roles whether some issuer's token may bring a role, as it is called with the issuer's
 *     {@code roles-prefix}
 * @param callerPrefixes the {@code caller-prefix} of each issuer, which may be empty
 * @param claims whether some issuer lists a claim of this name
 * @param issuers the names of issuers in callers, by the operator's names for them; empty if any
 *     name is good, as in dev mode, where the file's issuers do not count
 * @param callerProblem says why no issuer could name a caller
 */
public record TokenNames(
    boolean bringRoles,
    Predicate<String> roles,
    Set<String> callerPrefixes,
    Predicate<String> claims,
    Optional<Map<String, Set<String>>> issuers,
    CallerCheck callerProblem) {
  /**
   * Says why none of the issuers could name a caller; empty if one could.
   *
   * @see #NONE
   */
  public interface CallerCheck {
    /** Accepts all names. */
    CallerCheck NONE =
        new CallerCheck() {
          @Override
          public Optional<String> name(String caller, Set<String> issuers) {
            return Optional.empty();
          }

          @Override
          public Optional<String> pattern(String head, String tail, Set<String> issuers) {
            return Optional.empty();
          }

          @Override
          public boolean isAddress(String text) {
            return false;
          }
        };

    /**
     * Why a caller has no such name.
     *
     * @param issuers the issuers that may name it, by their names in callers; all if empty
     */
    Optional<String> name(String caller, Set<String> issuers);

    /** The same for all names that begin with one text and end with another, with more between. */
    Optional<String> pattern(String head, String tail, Set<String> issuers);

    /** Whether callers whose names begin like a text are named by their e-mail addresses. */
    boolean isAddress(String text);
  }

  public TokenNames {
    callerPrefixes = Set.copyOf(callerPrefixes);
  }

  /** The names of issuers that list no claims. */
  public TokenNames(boolean bringRoles, Predicate<String> roles, Set<String> callerPrefixes) {
    this(bringRoles, roles, callerPrefixes, _ -> false, Optional.of(Map.of()), CallerCheck.NONE);
  }

  /** The names of one issuer without prefixes. */
  public static TokenNames of(boolean bringRoles) {
    return new TokenNames(bringRoles, _ -> bringRoles, Set.of(""));
  }

  /**
   * The {@code caller-prefix} that a caller's name begins with. There is one at most: no issuer can
   * name a caller that begins with another issuer's prefix.
   */
  String prefix(String caller) {
    return callerPrefixes.stream()
        .filter(prefix -> !prefix.isEmpty() && caller.startsWith(prefix))
        .findFirst()
        .orElse("");
  }
}
