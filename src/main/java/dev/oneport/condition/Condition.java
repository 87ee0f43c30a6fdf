package dev.oneport.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelReference;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An expression in the Common Expression Language that says whether a rule applies to a call. It is
 * type-checked when it is read. Its length, nesting, iterations and regular expressions are
 * bounded, and so is what it reads, because a token is.
 */
public final class Condition {
  private static final Set<String> OF_CALL =
      Set.of(
          Language.PROTOCOL,
          Language.ROUTE,
          Language.METHOD,
          Language.PARAMETERS,
          Language.ADDRESS,
          Language.NOW);

  private final String text;
  private final Set<String> variables;
  private final Mentions mentions;
  private final Program program;
  private final Optional<Condition> also;

  private Condition(
      String text,
      Set<String> variables,
      Mentions mentions,
      Program program,
      Optional<Condition> also) {
    this.text = text;
    this.variables = variables;
    this.mentions = mentions;
    this.program = program;
    this.also = also;
  }

  /**
   * Compiles an expression.
   *
   * @throws InvalidCondition if it is not one, or is not of the type {@code bool}
   */
  public static Condition compile(String text) throws InvalidCondition {
    try {
      var tree = Language.COMPILER.compile(text).getAst();
      Literals.check(tree);
      var mentions = Comparisons.of(tree);
      return new Condition(
          text, variables(tree), mentions, Language.RUNTIME.createProgram(tree), Optional.empty());
    } catch (CelValidationException e) {
      throw new InvalidCondition(problems(e.getErrors()));
    } catch (CelEvaluationException e) {
      throw new InvalidCondition(String.valueOf(e.getMessage()));
    }
  }

  /** Holds where both hold. The other one is not evaluated where this one does not hold. */
  public Condition and(Condition other) {
    return new Condition(text, variables, mentions, program, Optional.of(other));
  }

  private static String problems(List<CelIssue> issues) {
    return issues.stream()
        .map(
            issue ->
                "line %d, column %d: %s"
                    .formatted(
                        issue.getSourceLocation().getLine(),
                        issue.getSourceLocation().getColumn() + 1,
                        problem(issue.getMessage())))
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String problem(String message) {
    return message.startsWith("undeclared reference")
        ? message.replace(" (in container '')", "")
            + "; there are "
            + String.join(", ", Language.VARIABLES)
        : message;
  }

  private static Set<String> variables(CelAbstractSyntaxTree tree) {
    return tree.getReferenceMap().values().stream()
        .filter(reference -> reference.overloadIds().isEmpty() && reference.value().isEmpty())
        .map(CelReference::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether it holds for a call.
   *
   * @throws ConditionFailure if that cannot be said, such as where a claim is missing
   */
  public boolean holds(Facts facts) throws ConditionFailure {
    return holdsAlone(facts) && (also.isEmpty() || also.get().holds(facts));
  }

  private boolean holdsAlone(Facts facts) throws ConditionFailure {
    try {
      if (program.eval(name -> Optional.of(value(name, facts))) instanceof Boolean holds) {
        return holds;
      }
      throw new ConditionFailure("neither true nor false");
    } catch (CelEvaluationException e) {
      // The message may quote the value of a claim.
      throw new ConditionFailure(
          e.getErrorCode().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    } catch (RuntimeException e) {
      throw new ConditionFailure(e.getClass().getSimpleName());
    }
  }

  private static Object value(String name, Facts facts) {
    return switch (name) {
      case Language.CALLER_NAME -> facts.caller().name();
      case Language.CALLER_ISSUER -> facts.caller().issuer();
      case Language.CALLER_ROLES -> List.copyOf(facts.caller().roles());
      case Language.CLAIMS -> facts.caller().claims();
      case Language.PROTOCOL -> facts.route().protocol().toString();
      case Language.ROUTE -> facts.route().toString();
      case Language.METHOD -> facts.method();
      case Language.PARAMETERS -> facts.parameters();
      case Language.ADDRESS -> facts.address();
      case Language.NOW -> facts.now();
      default -> throw new IllegalArgumentException("no such variable");
    };
  }

  /** Whether it asks about the call or the time, and not about the token alone. */
  public boolean asksAboutCall() {
    return variables.stream().anyMatch(OF_CALL::contains)
        || also.filter(Condition::asksAboutCall).isPresent();
  }

  /** Whether it asks about the caller or the token. */
  public boolean asksAboutCaller() {
    return variables.stream().anyMatch(name -> !OF_CALL.contains(name))
        || also.filter(Condition::asksAboutCaller).isPresent();
  }

  /** Whether it holds, if that is the same for every call; empty if it asks about something. */
  public Optional<Boolean> constant() {
    try {
      return variables.isEmpty()
          ? Optional.of(program.eval()).map(Boolean.TRUE::equals)
          : Optional.empty();
    } catch (CelEvaluationException _) {
      return Optional.of(false);
    }
  }

  /** What the expression asks about by name. */
  public Mentions mentions() {
    return mentions;
  }

  /** As written. */
  @Override
  public String toString() {
    return also.map(other -> "(" + text + ") && (" + other + ")").orElse(text);
  }
}
