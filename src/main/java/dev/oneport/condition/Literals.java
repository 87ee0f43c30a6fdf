package dev.oneport.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExprVisitor;
import dev.oneport.proxies.Network;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** Checks the texts in an expression that have a form of their own: ranges and patterns. */
final class Literals extends CelExprVisitor {
  private static final java.util.regex.Pattern DURATION =
      java.util.regex.Pattern.compile(
          "[-+]?0|[-+]?(\\d{1,18}(\\.\\d*)?(h|ms|m|s|us|\u00b5s|ns))++");

  private String problem = "";

  private Literals() {}

  /**
   * Looks at all of an expression.
   *
   * @throws InvalidCondition if a text can never be what its function takes
   */
  static void check(CelAbstractSyntaxTree tree) throws InvalidCondition {
    var literals = new Literals();
    literals.visit(tree);
    if (!literals.problem.isEmpty()) {
      throw new InvalidCondition(literals.problem);
    }
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
        case "timestamp" -> {
          var _ = OffsetDateTime.parse(text);
        }
        case "duration" -> {
          if (!DURATION.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a duration such as 24h or 1h30m");
          }
        }
        default -> {}
      }
    } catch (DateTimeParseException e) {
      problem = "'" + text + "' is not a time such as 2027-01-31T12:00:00Z";
    } catch (PatternSyntaxException e) {
      problem = "'" + text + "' is not a regular expression of RE2: " + e.getDescription();
    } catch (IllegalArgumentException e) {
      problem = "'" + text + "' " + e.getMessage();
    }
  }
}
