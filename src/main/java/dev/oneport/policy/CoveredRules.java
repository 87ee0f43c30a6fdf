package dev.oneport.policy;

import dev.oneport.api.Route;
import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Warns of rules whose callers other rules allow on all of their routes, whatever a call is like.
 * Rules add up, so that a second one does not narrow the first, as its author may believe.
 */
final class CoveredRules {
  private final RuleBook book;
  private final Map<Route, List<Rule>> bound;
  private final TokenNames tokens;
  private final IdentityHashMap<Rule, Integer> places = new IdentityHashMap<>();

  CoveredRules(RuleBook book, Map<Route, List<Rule>> bound, TokenNames tokens) {
    this.book = book;
    this.bound = bound;
    this.tokens = tokens;
    book.rules().forEach(rule -> places.put(rule, places.size()));
  }

  /**
   * Warns.
   *
   * @param section the section that has the rules
   */
  void warn(Section section) {
    for (int i = 0; i < book.rules().size(); i++) {
      var key = "rules." + i;
      covering(book.rules().get(i))
          .ifPresent(
              other ->
                  section.warn(
                      key,
                      "has no effect: the rule at "
                          + other.place()
                          + " allows all of its callers already; rules add up, and none narrows"
                          + " another"));
    }
  }

  /** A rule that, perhaps with others, allows all that this one does. */
  @SuppressWarnings("ReferenceEquality") // the same rule may be written twice
  private Optional<Rule> covering(Rule rule) {
    if (rule.denies() || rule.shadow()) {
      return Optional.empty();
    }
    var others = new ArrayList<Rule>();
    for (var about : bound.values()) {
      if (about.stream().anyMatch(it -> it == rule)) {
        for (var subject : rule.subjects()) {
          var other = about.stream().filter(it -> covers(it, rule, subject)).findFirst();
          if (other.isEmpty()) {
            return Optional.empty();
          }
          others.add(other.get());
        }
      }
    }
    return others.stream().findFirst();
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean covers(Rule other, Rule rule, Subject subject) {
    return other != rule
        && !other.denies()
        && !other.shadow()
        && other.when().isEmpty()
        && (includes(other, subject) || repeats(other, rule, subject));
  }

  /** Whether a rule is for more callers than a subject means, and for these among them. */
  private boolean includes(Rule other, Subject subject) {
    return switch (subject) {
      case Subject.Anyone _ -> false;
      case Subject.Authenticated _ -> other.forAnyone();
      case Subject.Role _, Subject.Matching _ -> other.forAll();
      case Subject.Named(var name) ->
          other.forAll() || other.subjects().stream().anyMatch(it -> matches(it, name));
    };
  }

  private boolean matches(Subject subject, String name) {
    return subject instanceof Subject.Matching(var pattern)
        && pattern.matches(name, tokens.prefix(name));
  }

  /** Whether both rules have the subject; of two without a condition, the second repeats it. */
  private boolean repeats(Rule other, Rule rule, Subject subject) {
    return other.subjects().contains(subject)
        && !isConditional(subject)
        && (rule.when().isPresent() || place(other) < place(rule));
  }

  private int place(Rule rule) {
    return places.getOrDefault(rule, 0);
  }

  private boolean isConditional(Subject subject) {
    return subject instanceof Subject.Role(var name)
        && book.roles().getOrDefault(name, RoleDefinition.NOBODY).when().isPresent();
  }
}
