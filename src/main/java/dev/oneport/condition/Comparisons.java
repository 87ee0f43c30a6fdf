package dev.oneport.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelExprVisitor;
import dev.oneport.api.Protocol;
import dev.oneport.proxies.AddressText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the names and texts that an expression asks about, and finds comparisons that can never
 * hold: with a text that a variable cannot be, or of a claim with a value of another type.
 */
final class Comparisons extends CelExprVisitor {
  private static final Set<String> EQUAL =
      Set.of(Operator.EQUALS.getFunction(), Operator.NOT_EQUALS.getFunction());
  private static final Set<String> ORDERED =
      Set.of(
          Operator.LESS.getFunction(),
          Operator.LESS_EQUALS.getFunction(),
          Operator.GREATER.getFunction(),
          Operator.GREATER_EQUALS.getFunction());
  private static final Set<String> OF_TEXTS =
      Set.of("contains", "startsWith", "endsWith", "matches");
  private static final String IN = Operator.IN.getFunction();
  private static final String INDEX = Operator.INDEX.getFunction();

  /** Times of a token, which are checked to be numbers before any condition sees it. */
  private static final Set<String> TIMES = Set.of("exp", "nbf", "iat");

  private final Map<String, Set<String>> compared = new HashMap<>();
  private final Set<String> claims = new HashSet<>();
  private final Set<String> parameters = new HashSet<>();
  private Optional<String> problem = Optional.empty();

  private Comparisons() {}

  /**
   * Looks at all of an expression.
   *
   * @throws InvalidCondition if a comparison can never hold
   */
  static Mentions of(CelAbstractSyntaxTree tree) throws InvalidCondition {
    var comparisons = new Comparisons();
    comparisons.visit(tree);
    if (comparisons.problem.isPresent()) {
      throw new InvalidCondition(comparisons.problem.get());
    }
    return comparisons.mentions();
  }

  private Mentions mentions() {
    return new Mentions(
        claims,
        parameters,
        compared(Language.CALLER_ISSUER),
        compared(Language.CALLER_NAME),
        compared(Language.CALLER_ROLES),
        compared(Language.ROUTE),
        compared(Language.PROTOCOL),
        compared(Language.METHOD));
  }

  private Set<String> compared(String variable) {
    return compared.getOrDefault(variable, Set.of());
  }

  @Override
  protected void visit(CelExpr expression, CelSelect select) {
    super.visit(expression, select);
    if (isVariable(select.operand(), Language.CLAIMS)) {
      claims.add(select.field());
    }
    if (isVariable(select.operand(), Language.PARAMETERS) && !select.testOnly()) {
      parameters.add(select.field());
    }
  }

  @Override
  protected void visit(CelExpr expression, CelCall call) {
    super.visit(expression, call);
    var function = call.function();
    if (call.args().size() == 2) {
      var left = call.args().getFirst();
      var right = call.args().getLast();
      if (function.equals(INDEX)) {
        member(expression).ifPresent(claims::add);
        if (isVariable(left, Language.PARAMETERS)) {
          text(right).ifPresent(parameters::add);
        }
      } else if (EQUAL.contains(function) || ORDERED.contains(function)) {
        compare(left, right);
        compare(right, left);
      } else if (function.equals(IN)) {
        isIn(left, right);
      }
    } else if (OF_TEXTS.contains(function) && call.args().size() == 1) {
      call.target().ifPresent(target -> compareType(target, call.args().getFirst()));
    }
  }

  private void isIn(CelExpr value, CelExpr list) {
    if (list.getKind() == Kind.LIST) {
      list.list().elements().forEach(item -> compare(value, item));
    } else if (isVariable(list, Language.CALLER_ROLES)) {
      text(value).ifPresent(text -> add(Language.CALLER_ROLES, text));
    }
  }

  private void compare(CelExpr one, CelExpr constant) {
    if (one.getKind() == Kind.IDENT) {
      text(constant)
          .ifPresent(
              text -> {
                add(one.ident().name(), text);
                var why = impossible(one.ident().name(), text);
                if (!why.isEmpty()) {
                  report("'" + text + "' " + why);
                }
              });
    }
    compareType(one, constant);
  }

  private void add(String variable, String text) {
    compared.computeIfAbsent(variable, _ -> new HashSet<>()).add(text);
  }

  /** Why a variable is never this text; empty if it may be. */
  private static String impossible(String variable, String text) {
    return switch (variable) {
      case Language.PROTOCOL ->
          Arrays.stream(Protocol.values()).anyMatch(it -> it.toString().equals(text))
              ? ""
              : "is never request.protocol, which is HTTP, GRPC or WS";
      case Language.METHOD ->
          text.matches("[A-Z]+(-[A-Z]+)*+")
              ? ""
              : "is never request.method, which is in capitals, such as GET";
      case Language.ADDRESS ->
          text.isEmpty() || AddressText.address(text).isPresent()
              ? ""
              : "is never request.ip, which is one address; of a range, write"
                  + " cidr('10.0.0.0/8').containsIP(request.ip)";
      default -> "";
    };
  }

  /** Finds claims that are compared with a value of a type that they cannot have. */
  private void compareType(CelExpr claim, CelExpr constant) {
    if (constant.getKind() != Kind.CONSTANT) {
      return;
    }
    var kind = constant.constant().getKind();
    var name = member(claim).orElse("");
    if (isList(name)) {
      report(
          "claims.%s is a list of texts, which no single value equals: write 'NAME' in claims.%s"
              .formatted(name, name));
    } else if (TIMES.contains(name)
        && (kind == CelConstant.Kind.STRING_VALUE || kind == CelConstant.Kind.BOOLEAN_VALUE)) {
      report("claims.%s is a number of seconds, which no text equals".formatted(name));
    }
  }

  /** Whether it is a claim whose text is split at spaces. */
  private static boolean isList(String claim) {
    return claim.matches("(.*\\.)?(scope|scp)");
  }

  private void report(String text) {
    problem = problem.or(() -> Optional.of(text));
  }

  /** The claim that an expression is, as {@code claims.x} or {@code claims['x']}. */
  private static Optional<String> member(CelExpr expression) {
    return switch (expression.getKind()) {
      case SELECT ->
          isVariable(expression.select().operand(), Language.CLAIMS)
              ? Optional.of(expression.select().field())
              : Optional.empty();
      case CALL ->
          expression.call().function().equals(INDEX)
                  && isVariable(expression.call().args().getFirst(), Language.CLAIMS)
              ? text(expression.call().args().getLast())
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean isVariable(CelExpr expression, String name) {
    return expression.getKind() == Kind.IDENT && expression.ident().name().equals(name);
  }

  private static Optional<String> text(CelExpr expression) {
    return expression.getKind() == Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? Optional.of(expression.constant().stringValue())
        : Optional.empty();
  }
}
