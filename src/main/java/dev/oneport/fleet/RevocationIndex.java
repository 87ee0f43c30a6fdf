package dev.oneport.fleet;

import dev.oneport.identity.Verification.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what revokes a credential: one lookup for each combination of traits that revocations name,
 * and there are few, however many revocations there are.
 */
final class RevocationIndex {
  static final RevocationIndex EMPTY = new RevocationIndex(Map.of(), Duration.ZERO);

  private final Map<Selector, Instant> before;

  /** For credentials without a session, by selectors from which the session was taken. */
  private final Map<Selector, Instant> withoutSession = new HashMap<>();

  private final Set<Set<Trait>> shapes = new HashSet<>();
  private final Set<Set<Trait>> shapesWithoutSession = new HashSet<>();
  private final Duration leeway;

  /**
   * An index of revocations.
   *
   * @param leeway credentials that were issued so long after the time count as issued before it
   */
  RevocationIndex(Map<Selector, Instant> before, Duration leeway) {
    this.before = Map.copyOf(before);
    this.leeway = leeway;
    before.forEach(
        (selector, time) -> {
          var traits = selector.traits().keySet();
          shapes.add(Set.copyOf(traits));
          if (traits.contains(Trait.SUBJECT) && traits.contains(Trait.SESSION)) {
            var others = new EnumMap<>(selector.traits());
            others.remove(Trait.SESSION);
            shapesWithoutSession.add(Set.copyOf(others.keySet()));
            withoutSession.merge(new Selector(others), time, (a, b) -> a.isAfter(b) ? a : b);
          }
        });
  }

  Map<Selector, Instant> before() {
    return before;
  }

  /** The revocation that a credential falls under; empty if there is none. */
  Optional<Revocation> of(Verified verified) {
    for (var shape : shapes) {
      var found = find(before, shape, verified);
      if (found.isPresent()) {
        return found;
      }
    }
    if (verified.identity().session().isEmpty()) {
      for (var shape : shapesWithoutSession) {
        var found = find(withoutSession, shape, verified);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Revocation> find(
      Map<Selector, Instant> revoked, Set<Trait> shape, Verified verified) {
    var traits = new EnumMap<Trait, String>(Trait.class);
    for (var trait : shape) {
      var value = trait.of(verified);
      if (value.isBlank() || value.length() > Selector.LONGEST) {
        return Optional.empty();
      }
      traits.put(trait, value);
    }
    var selector = new Selector(traits);
    var time = revoked.get(selector);
    return time != null && verified.identity().issued().isBefore(time.plus(leeway))
        ? Optional.of(new Revocation(selector, time))
        : Optional.empty();
  }
}
