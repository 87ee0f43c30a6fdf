package dev.oneport.policy;

import dev.oneport.condition.Condition;
import dev.oneport.condition.InvalidCondition;
import dev.oneport.condition.Mentions;
import dev.oneport.config.Section;
import dev.oneport.config.Spelling;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the condition of a rule, {@code when}, and reports names in it that do not exist: a
 * comparison with one never holds.
 */
final class RuleCondition {
  private static final String KEY = "when";

  private RuleCondition() {}

  /**
   * Reads the condition; empty if the rule has none.
   *
   * @param subjects whom the rule is for
   */
  static Optional<Condition> read(Section section, Set<Subject> subjects, TokenNames tokens) {
    var text = section.text(KEY, "");
    if (section.has(KEY) && text.isBlank() && !section.hasProblem(KEY)) {
      section.problem(KEY, "must not be empty: without a condition the rule would always apply");
    }
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      var condition = Condition.compile(text);
      if (subjects.contains(new Subject.Anyone()) && condition.asksAboutCaller()) {
        section.problem(
            KEY,
            "asks about the caller, but tokens are not checked for anyone;"
                + " only request and now can be asked about, or name authenticated instead");
      }
      report(section, condition.mentions(), tokens);
      reportConstant(section, condition);
      return Optional.of(condition);
    } catch (InvalidCondition e) {
      section.problem(KEY, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void reportConstant(Section section, Condition condition) {
    var constant = condition.constant();
    if (constant.isPresent() && !constant.get()) {
      section.problem(KEY, "never holds: it asks about nothing of a call");
    } else if (constant.isPresent()) {
      section.warn(KEY, "always holds: it asks about nothing of a call");
    }
  }

  private static void report(Section section, Mentions mentions, TokenNames tokens) {
    for (var claim : mentions.claims()) {
      if (!tokens.claims().test(claim)) {
        section.problem(
            KEY, "asks about the claim " + claim + ", which no issuer lists in its claims");
      }
    }
    for (var role : mentions.roles()) {
      if (!tokens.roles().test(role)) {
        section.problem(
            KEY,
            "asks for the role '" + role + "' in caller.roles, which no issuer's tokens bring");
      }
    }
    for (var caller : mentions.callers()) {
      tokens
          .callerProblem()
          .name(caller, Set.of())
          .ifPresent(
              problem ->
                  section.problem(KEY, "'" + caller + "' is never caller.name: it " + problem));
    }
    tokens
        .issuers()
        .ifPresent(
            known -> {
              for (var issuer : mentions.issuers()) {
                if (known.values().stream().noneMatch(it -> it.contains(issuer))) {
                  section.problem(
                      KEY,
                      "'"
                          + issuer
                          + "' is never caller.issuer: it is not in identity.issuers"
                          + Spelling.hint(issuer, known.keySet()));
                }
              }
            });
  }
}
