package dev.oneport.policy;

import dev.oneport.api.Caller;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds the first entry for a caller, at a cost that does not grow with the number of entries. */
public final class CallerIndex<T> {
  private static final Subject ANYONE = new Subject.Anyone();
  private static final Subject AUTHENTICATED = new Subject.Authenticated();

  private final List<T> entries;
  private final Map<Subject, Integer> first = new HashMap<>();
  private final Set<String> roles = new HashSet<>();
  private final Optional<T> forAnyone;
  private final int authenticated;

  public CallerIndex(List<T> entries, Function<T, Set<Subject>> who) {
    this.entries = List.copyOf(entries);
    for (int i = 0; i < entries.size(); i++) {
      for (var subject : who.apply(entries.get(i))) {
        first.putIfAbsent(subject, i);
        if (subject instanceof Subject.Role(var role)) {
          roles.add(role);
        }
      }
    }
    this.forAnyone = at(position(ANYONE));
    this.authenticated = position(AUTHENTICATED);
  }

  public List<T> entries() {
    return entries;
  }

  /** The first entry for anyone at all, with or without a token. */
  public Optional<T> forAnyone() {
    return forAnyone;
  }

  /**
   * The first entry for this caller, who has a valid token.
   *
   * @param listed the roles that the policy lists the caller under, besides those of the token
   */
  public Optional<T> find(Caller caller, Set<String> listed) {
    if (caller.anonymous()) {
      return Optional.empty();
    }
    int position = Math.min(authenticated, position(new Subject.Named(caller.name())));
    position = Math.min(position, position(caller.roles()));
    position = Math.min(position, position(listed));
    return at(position);
  }

  /**
   * Some tokens bring hundreds of roles and some policies have hundreds, so iterate over the
   * smaller set.
   */
  private int position(Set<String> held) {
    var heldAreFewer = held.size() < roles.size();
    int position = entries.size();
    for (var role : heldAreFewer ? held : roles) {
      if (heldAreFewer || held.contains(role)) {
        position = Math.min(position, position(new Subject.Role(role)));
      }
    }
    return position;
  }

  private int position(Subject subject) {
    return first.getOrDefault(subject, entries.size());
  }

  private Optional<T> at(int position) {
    return position < entries.size() ? Optional.of(entries.get(position)) : Optional.empty();
  }
}
