package dev.oneport.fleet;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Names credentials by what they have in common. All traits must agree; but one that names both a
 * subject and a session also names the subject's tokens that name no session, because nothing says
 * that they belong to another one.
 *
 * @param traits at least one; with a subject also the issuer, to which it is local
 */
public record Selector(Map<Trait, String> traits) {
  /** The longest value of a trait, in characters. */
  public static final int LONGEST = 2_048;

  /**
   * Checks the traits.
   *
   * @throws IllegalArgumentException if they could not name credentials
   */
  public Selector {
    if (traits.isEmpty()) {
      throw new IllegalArgumentException(
          "names nothing; one of " + String.join(", ", Trait.keys()) + " is needed");
    }
    if (traits.containsKey(Trait.SUBJECT) && !traits.containsKey(Trait.ISSUER)) {
      throw new IllegalArgumentException("names a subject without its issuer");
    }
    traits.forEach(
        (trait, value) -> {
          if (value.isBlank() || value.length() > LONGEST) {
            throw new IllegalArgumentException(
                trait.key() + " must have 1 to " + LONGEST + " characters");
          }
        });
    traits = Collections.unmodifiableMap(new EnumMap<>(traits));
  }

  /** The value of a trait that it names. */
  public Optional<String> value(Trait trait) {
    return Optional.ofNullable(traits.get(trait));
  }

  /** Whether it names everything of an issuer. */
  public boolean isWholeIssuer() {
    return traits.keySet().equals(Collections.singleton(Trait.ISSUER));
  }

  /** For logs and messages, such as {@code issuer google, caller alice@example.com}. */
  @Override
  public String toString() {
    return traits.entrySet().stream()
        .map(it -> it.getKey().key() + " " + it.getValue())
        .collect(Collectors.joining(", "));
  }
}
