package dev.oneport.identity;

import dev.oneport.config.Literal;
import dev.oneport.config.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Claims that an issuer's tokens must have, each with the values that are accepted:
 *
 * <pre>
 * require: { hd: corp.example, tid: [ 1111-2222, 3333-4444 ], email_verified: true }
 * </pre>
 *
 * <p>A claim that is a list must contain one of the values.
 */
record Requirements(Map<ClaimPath, Set<String>> claims) {
  static final Requirements NONE = new Requirements(Map.of());

  Requirements {
    claims = Map.copyOf(claims);
  }

  /** One claim with one value. */
  static Requirements of(String claim, String value) {
    return new Requirements(Map.of(ClaimPath.named(claim), Set.of(value)));
  }

  /**
   * Reads {@code require}.
   *
   * @param preset what the preset requires; the same claim in the file replaces it
   */
  static Requirements read(Section section, Requirements preset) {
    var claims = new LinkedHashMap<>(preset.claims);
    try (var require = section.section("require")) {
      for (var name : section.names("require")) {
        var path = ClaimPath.parse(name);
        ClaimPath.problem(name).ifPresent(problem -> require.problem(name, problem));
        var values =
            require.literals(name, "name each value in full").stream().map(Literal::of).toList();
        if (values.isEmpty() && !require.hasProblem(name)) {
          require.problem(name, "must say which values are accepted");
        }
        path.ifPresent(it -> claims.put(it, Set.copyOf(values)));
      }
    }
    return new Requirements(claims);
  }

  /** The first claim that a token lacks or that has another value. */
  Optional<String> problem(Token token) {
    return claims.entrySet().stream()
        .filter(it -> Collections.disjoint(it.getValue(), it.getKey().scalars(token)))
        .map(Map.Entry::getKey)
        .map(
            path ->
                path.isIn(token)
                    ? "its claim " + path + " does not have a required value"
                    : "it lacks the required claim " + path)
        .sorted()
        .findFirst();
  }

  /** The accepted values of a claim; empty if any is, or none. */
  Set<String> values(ClaimPath claim) {
    return claims.getOrDefault(claim, Set.of());
  }

  /** Whether a claim must have a value, and none of these is among its values. */
  boolean contradicts(String claim, Set<String> values) {
    var required = claims.get(ClaimPath.named(claim));
    return required != null && Collections.disjoint(required, values);
  }

  /** Whether no token can satisfy both, unless it has a list in a claim. */
  boolean excludes(Requirements other) {
    return claims.entrySet().stream()
        .anyMatch(
            it ->
                Collections.disjoint(
                    it.getValue(), other.claims.getOrDefault(it.getKey(), it.getValue())));
  }
}
