package dev.oneport.policy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds the first entry for a caller, at a cost that does not grow with the number of entries. */
final class CallerIndex<T> {
  private static final Subject ANYONE = new Subject.Anyone();
  private static final Subject AUTHENTICATED = new Subject.Authenticated();

  private final List<T> entries;
  private final Map<Subject, Integer> positions = new HashMap<>();
  private final Set<Subject> kinds = new HashSet<>();
  private final Optional<T> forAnyone;
  private final int anyone;
  private final int authenticated;

  CallerIndex(List<T> entries, Function<T, Set<Subject>> subjects) {
    this.entries = List.copyOf(entries);
    for (int i = 0; i < entries.size(); i++) {
      for (var subject : subjects.apply(entries.get(i))) {
        positions.putIfAbsent(subject, i);
        if (subject instanceof Subject.Role || subject instanceof Subject.Matching) {
          kinds.add(subject);
        }
      }
    }
    this.anyone = position(ANYONE);
    this.forAnyone = at(anyone);
    this.authenticated = position(AUTHENTICATED);
  }

  List<T> entries() {
    return entries;
  }

  /** The first entry for anyone, with or without a token. */
  Optional<T> forAnyone() {
    return forAnyone;
  }

  /** The first entry for this caller, who has a valid token. */
  Optional<T> find(BoundCaller caller) {
    return at(first(caller));
  }

  /** The first entry for this caller or for anyone. */
  Optional<T> findOrAnyone(BoundCaller caller) {
    return at(Math.min(anyone, first(caller)));
  }

  private int first(BoundCaller caller) {
    return Math.min(Math.min(authenticated, position(caller.name())), position(caller.kinds()));
  }

  /**
   * Some callers have hundreds of roles and some policies name hundreds, so iterate over the
   * smaller set.
   */
  private int position(Set<Subject> held) {
    var heldAreFewer = held.size() < kinds.size();
    int position = entries.size();
    for (var kind : heldAreFewer ? held : kinds) {
      if (heldAreFewer || held.contains(kind)) {
        position = Math.min(position, position(kind));
      }
    }
    return position;
  }

  private int position(Subject subject) {
    return positions.getOrDefault(subject, entries.size());
  }

  private Optional<T> at(int position) {
    return position < entries.size() ? Optional.of(entries.get(position)) : Optional.empty();
  }
}
