package dev.oneport.policy;

import dev.oneport.condition.Condition;
import dev.oneport.config.Literal;
import dev.oneport.config.Section;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who has a role of the policy:
 *
 * <pre>
 * roles:
 *   NAME: [ CALLER, ... ]        # and each whose token brings NAME
 *   NAME:
 *     callers: [ CALLER, ... ]
 *     groups: [ TEXT, ... ]      # and each whose token brings one of these, instead of NAME
 *     when: EXPRESSION           # in CEL; only while it holds. Without callers and groups, everybody
 * </pre>
 *
 * @param callers callers by name or by pattern
 * @param groups the roles of tokens that bring this role
 * @param when the condition under which they have it; empty for always
 */
public record RoleDefinition(Set<Subject> callers, Set<String> groups, Optional<Condition> when) {
  static final RoleDefinition NOBODY = new RoleDefinition(Set.of(), Set.of(), Optional.empty());

  public RoleDefinition {
    callers = Set.copyOf(callers);
    groups = Set.copyOf(groups);
  }

  /** Reads the roles below a section and closes it. */
  static Map<String, RoleDefinition> read(Section roles, List<String> names, TokenNames tokens) {
    var definitions = new HashMap<String, RoleDefinition>();
    try (roles) {
      for (var name : names) {
        if (!name.matches("[A-Za-z0-9_-]+")
            || name.equals("anyone")
            || name.equals("authenticated")) {
          roles.problem(name, "is not a valid role name: use letters, digits, - and _");
        }
        definitions.put(name, read(roles, name, names, tokens));
      }
    }
    return definitions;
  }

  private static RoleDefinition read(
      Section roles, String name, List<String> all, TokenNames tokens) {
    if (!roles.isObject(name)) {
      var callers = callers(roles, name, name, all, tokens);
      if (callers.isEmpty()
          && !tokens.roles().test(name)
          && !roles.hasProblem(name)
          && !roles.lenient()) {
        roles.problem(
            name, "has no members, and no issuer has a roles-claim that could bring the role");
      }
      return new RoleDefinition(callers, Set.of(name), Optional.empty());
    }
    try (var section = roles.section(name)) {
      var callers = callers(section, "callers", name, all, tokens);
      var groups = section.texts("groups", Literal::endsProblem).stream().map(Literal::of).toList();
      for (var group : groups) {
        if (!tokens.roles().test(group)) {
          section.problem(
              "groups",
              "'" + group + "' is in no token: no issuer has a roles-claim that could bring it");
        }
      }
      var when = RuleCondition.read(section, Set.of(), tokens);
      if (section.has("when") && !section.has("groups") && !section.has("callers")) {
        return new RoleDefinition(Set.of(new Subject.Authenticated()), Set.of(), when);
      }
      if (groups.isEmpty()
          && callers.isEmpty()
          && !section.hasProblem("callers")
          && !section.hasProblem("groups")) {
        roles.problem(name, "must have callers, or groups that tokens bring");
      }
      return new RoleDefinition(
          callers, section.has("groups") ? Set.copyOf(groups) : Set.of(name), when);
    }
  }

  /** The callers of one role. */
  private static Set<Subject> callers(
      Section section, String key, String role, List<String> all, TokenNames tokens) {
    var callers = new HashSet<Subject>();
    for (var text : section.texts(key, it -> CallerPattern.problem(it, Set.of(), tokens))) {
      var caller = Subject.caller(text);
      if (tokens.bringRoles()
          && caller.isPresent()
          && Subject.isBare(text)
          && !all.contains(text)) {
        section.problem(
            key,
            "'%s' may be a caller or a role in tokens: write %s%s, or groups: [ %s ] as a key of the role"
                .formatted(text, Subject.CALLER, text, text));
      } else if (caller.isPresent() && (!all.contains(text) || text.equals(role))) {
        callers.add(caller.get());
        if (Subject.isBare(text)) {
          CallerPattern.misnamed(text, text, tokens, Set.of())
              .ifPresent(problem -> section.problem(key, problem));
        }
      } else {
        section.problem(
            key,
            text
                + " is not a caller, and a role holds callers only; a caller by that name would be"
                + " written "
                + Subject.CALLER
                + text);
      }
    }
    RuleBook.warnOfCase(section, key, callers, tokens);
    return callers;
  }
}
