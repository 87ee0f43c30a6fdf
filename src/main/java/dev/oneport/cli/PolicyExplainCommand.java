package dev.oneport.cli;

import dev.oneport.api.Caller;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy explain}: shows one decision and the rule behind it. */
@Command(
    name = "explain",
    description = "Show the decision for one caller and route, and the rule behind it.")
final class PolicyExplainCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Option(
      names = "--caller",
      paramLabel = "NAME",
      required = true,
      description = "The caller's name.")
  String caller = "";

  @Option(
      names = "--route",
      paramLabel = "ROUTE",
      required = true,
      description = "Such as 'GRPC Echo/Ping', or a forwarded call: 'HTTP GET /orders/7'.")
  String route = "";

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "The roles in the caller's token.")
  List<String> roles = List.of();

  @Mixin AskedCall asked = new AskedCall();

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var plan = parent.plan();
          var about = parent.route(plan, route);
          if (!roles.isEmpty() && !plan.identity().bringsRoles()) {
            parent.err().println("no issuer has a roles-claim, so tokens have no roles");
          }
          var who =
              new Caller(
                  caller, PolicyCommand.issuer(plan, about), new HashSet<>(roles), asked.claims());
          var verdict = plan.policy().decide(asked.facts(who, about));
          var decision = verdict.allowed() ? "allowed" : "denied";
          var table = new Table("caller", "route", "decision", "rule", "allows");
          if (verdict.rule().isPresent()) {
            var rule = verdict.rule().get();
            table.row(caller, about, decision, rule.place(), rule.subjectText());
          } else {
            plan.policy().about(about).stream()
                .filter(rule -> !rule.denies())
                .forEach(
                    each -> table.row(caller, about, "denied", each.place(), each.subjectText()));
          }
          if (!verdict.failure().isEmpty()) {
            parent
                .err()
                .println(
                    "the rule's condition cannot be evaluated: "
                        + verdict.failure()
                        + "; --claim, --param and --ip say what the call is like");
          }
          parent.print(table);
          return ExitCode.OK;
        });
  }
}
