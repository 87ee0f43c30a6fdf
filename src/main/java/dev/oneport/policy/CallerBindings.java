package dev.oneport.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.api.Caller;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the roles and patterns of a policy that a caller goes by. They depend on the token alone,
 * so they are found once for the {@link Caller} of a verified token, and each of its calls costs
 * one lookup, however many patterns there are.
 */
final class CallerBindings {
  private static final long MOST = 100_000;

  private final TokenNames tokens;
  private final Map<Subject, Set<Subject>> byCaller = new HashMap<>();
  private final Map<String, Set<Subject>> byGroup = new HashMap<>();
  private final List<CallerPattern> patterns;
  private final Cache<Caller, BoundCaller> bound =
      Caffeine.newBuilder().weakKeys().maximumSize(MOST).build();

  /**
   * The bindings of a policy.
   *
   * @param named the subjects that rules and quotas name
   */
  CallerBindings(Map<String, RoleDefinition> roles, Stream<Subject> named, TokenNames tokens) {
    this.tokens = tokens;
    roles.forEach(
        (name, definition) -> {
          var role = new Subject.Role(name);
          definition.callers().forEach(caller -> add(byCaller, caller, role));
          definition.groups().forEach(group -> add(byGroup, group, role));
        });
    this.patterns =
        Stream.concat(named, byCaller.keySet().stream())
            .filter(Subject.Matching.class::isInstance)
            .map(subject -> ((Subject.Matching) subject).pattern())
            .distinct()
            .toList();
  }

  /** What a caller with a token goes by. */
  BoundCaller of(Caller caller) {
    return bound.get(caller, this::bind);
  }

  /** The names of the policy's roles that a caller has. */
  Set<String> roles(Caller caller) {
    return of(caller).kinds().stream()
        .filter(Subject.Role.class::isInstance)
        .map(Subject::toString)
        .collect(Collectors.toSet());
  }

  private BoundCaller bind(Caller caller) {
    var name = new Subject.Named(caller.name());
    var kinds = new HashSet<Subject>(byCaller.getOrDefault(name, Set.of()));
    kinds.addAll(byCaller.getOrDefault(new Subject.Authenticated(), Set.of()));
    caller.roles().forEach(role -> kinds.addAll(byGroup.getOrDefault(role, Set.of())));
    var prefix = tokens.prefix(caller.name());
    for (var pattern : patterns) {
      if (pattern.matches(caller.name(), prefix)) {
        var matching = new Subject.Matching(pattern);
        kinds.add(matching);
        kinds.addAll(byCaller.getOrDefault(matching, Set.of()));
      }
    }
    return new BoundCaller(name, kinds, new TokenVerdicts());
  }

  private static <K> void add(Map<K, Set<Subject>> all, K key, Subject role) {
    all.computeIfAbsent(key, _ -> new HashSet<>()).add(role);
  }
}
