package dev.oneport.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The callers with tokens that rules allow anything, whether the rules decide or are in the shadow;
 * roles stand as their callers and groups.
 */
final class AllowedSubjects {
  private final TokenNames tokens;
  private final List<Allowed> callers = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  private record Allowed(Subject subject, Set<String> issuers) {}

  private record Group(String name, Set<String> issuers) {}

  AllowedSubjects(List<RuleBook> books, TokenNames tokens) {
    this.tokens = tokens;
    for (var book : books) {
      book.rules().stream().filter(rule -> !rule.denies()).forEach(rule -> add(rule, book));
    }
  }

  private void add(Rule rule, RuleBook book) {
    for (var subject : rule.subjects()) {
      switch (subject) {
        case Subject.Anyone _ -> {}
        case Subject.Authenticated _, Subject.Named _, Subject.Matching _ ->
            callers.add(new Allowed(subject, rule.issuers()));
        case Subject.Role(var name) -> {
          var role = book.roles().getOrDefault(name, RoleDefinition.NOBODY);
          role.callers().forEach(it -> callers.add(new Allowed(it, rule.issuers())));
          role.groups().stream()
              .filter(tokens.roles())
              .forEach(it -> groups.add(new Group(it, rule.issuers())));
        }
      }
    }
  }

  /** Whether some of the callers whom a subject means may be allowed something. */
  boolean mayInclude(Subject subject) {
    return subject instanceof Subject.Anyone
        || !groups.isEmpty()
        || callers.stream().anyMatch(it -> meet(it.subject(), subject));
  }

  private boolean meet(Subject allowed, Subject other) {
    return switch (other) {
      case Subject.Anyone _, Subject.Authenticated _, Subject.Role _ -> true;
      case Subject.Named named -> includes(allowed, named);
      case Subject.Matching _ ->
          !(allowed instanceof Subject.Named named) || includes(other, named);
    };
  }

  private boolean includes(Subject subject, Subject.Named caller) {
    return switch (subject) {
      case Subject.Anyone _, Subject.Authenticated _, Subject.Role _ -> true;
      case Subject.Named named -> named.equals(caller);
      case Subject.Matching(var pattern) ->
          pattern.matches(caller.caller(), tokens.prefix(caller.caller()));
    };
  }

  /**
   * Whether callers of some issuers may be allowed something.
   *
   * @param issuers their names in callers
   * @param brings whether their credentials may bring a role
   */
  boolean mayBeOf(Set<String> issuers, Predicate<String> brings) {
    return groups.stream().anyMatch(it -> decides(it.issuers(), issuers) && brings.test(it.name()))
        || callers.stream()
            .anyMatch(it -> decides(it.issuers(), issuers) && names(it.subject(), issuers));
  }

  private static boolean decides(Set<String> deciding, Set<String> issuers) {
    return deciding.isEmpty() || !Collections.disjoint(deciding, issuers);
  }

  private boolean names(Subject subject, Set<String> issuers) {
    return switch (subject) {
      case Subject.Anyone _, Subject.Authenticated _, Subject.Role _ -> true;
      case Subject.Named(var name) -> tokens.callerProblem().name(name, issuers).isEmpty();
      case Subject.Matching(var pattern) ->
          tokens.callerProblem().pattern(pattern.head(), pattern.tail(), issuers).isEmpty();
    };
  }
}
