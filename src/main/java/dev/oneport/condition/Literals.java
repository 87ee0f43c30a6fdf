package dev.oneport.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.ast.CelExprVisitor;
import dev.oneport.proxies.Network;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks at the texts in an expression: checks those that have a form of their own, ranges and
 * patterns, and collects the names of claims.
 */
final class Literals extends CelExprVisitor {
  /** The operator of {@code map[key]}. */
  private static final String INDEX = Operator.INDEX.getFunction();

  private final Set<String> claims = new HashSet<>();
  private String problem = "";

  private Literals() {}

  /**
   * Looks at all of an expression.
   *
   * @return the claims that it names
   * @throws InvalidCondition if a text can never be what its function takes
   */
  static Set<String> check(CelAbstractSyntaxTree tree) throws InvalidCondition {
    var literals = new Literals();
    literals.visit(tree);
    if (!literals.problem.isEmpty()) {
      throw new InvalidCondition(literals.problem);
    }
    return Set.copyOf(literals.claims);
  }

  @Override
  protected void visit(CelExpr expression, CelSelect select) {
    super.visit(expression, select);
    if (isClaims(select.operand())) {
      claims.add(select.field());
    }
  }

  private static boolean isClaims(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.IDENT
        && expression.ident().name().equals(Language.CLAIMS);
  }

  @Override
  protected void visit(CelExpr expression, CelCall call) {
    super.visit(expression, call);
    if (call.args().isEmpty()
        || call.args().getLast().getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
      return;
    }
    var last = call.args().getLast().constant();
    if (last.getKind() == CelConstant.Kind.STRING_VALUE) {
      check(call.function(), last.stringValue());
      if (call.function().equals(INDEX) && isClaims(call.args().getFirst())) {
        claims.add(last.stringValue());
      }
    }
  }

  private void check(String function, String text) {
    try {
      switch (function) {
        case Language.CIDR -> {
          var _ = Network.of(text);
        }
        case "matches" -> {
          var _ = Pattern.compile(text);
        }
        default -> {}
      }
    } catch (PatternSyntaxException e) {
      problem = "'" + text + "' is not a regular expression of RE2: " + e.getDescription();
    } catch (IllegalArgumentException e) {
      problem = "'" + text + "' " + e.getMessage();
    }
  }
}
