package dev.oneport.cli;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.condition.Facts;
import dev.oneport.server.Plan;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy explain}: shows one decision and the rule behind it. */
@Command(
    name = "explain",
    description = "Show the decision for one caller and route, and the rule behind it.",
    footer = {
      "",
      "Examples:",
      "  oneport policy explain --caller alice@example.com --route 'WS /ws'",
      "  oneport policy explain --anonymous --route 'WS /ws'",
      "  oneport policy explain --token-file token --route 'GRPC Echo/Ping'"
    })
final class PolicyExplainCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Option(
      names = "--route",
      paramLabel = "ROUTE",
      required = true,
      description = "Such as 'GRPC Echo/Ping', or a forwarded call: 'HTTP GET /orders/7'.")
  String route = "";

  @Mixin AskedCaller who = new AskedCaller();

  @Mixin AskedCall asked = new AskedCall();

  @Override
  public Integer call() throws Exception {
    who.require();
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var plan = parent.plan();
          var about = parent.route(plan, route);
          if (!who.roles.isEmpty() && !plan.identity().bringsRoles()) {
            parent.err().println("no issuer has a roles-claim, so tokens have no roles");
          }
          var preview = who.caller(plan, about, asked);
          var table = new Table("caller", "route", "decision", "rule", "allows");
          preview
              .problem()
              .ifPresentOrElse(
                  problem -> refused(parent, plan, about, problem, table),
                  () -> decided(parent, plan, asked.facts(preview.caller(), about), table));
          parent.print(table);
          return ExitCode.OK;
        });
  }

  /** A token that is refused matters nothing where anyone may call. */
  private void refused(PolicyCommand parent, Plan plan, Route about, String problem, Table table) {
    parent.err().println("the token would be refused: " + problem);
    if (plan.policy().decideForAnyone(asked.facts(Caller.ANONYMOUS, about)).isPresent()) {
      decided(parent, plan, asked.facts(Caller.ANONYMOUS, about), table);
    } else {
      table.row("-", about, "denied", "", "");
    }
  }

  private static void decided(PolicyCommand parent, Plan plan, Facts facts, Table table) {
    var verdict = plan.policy().decide(facts);
    var caller = AskedCaller.shown(facts.caller());
    if (verdict.rule().isPresent()) {
      var rule = verdict.rule().get();
      var decision = verdict.allowed() ? "allowed" : "denied";
      table.row(caller, facts.route(), decision, rule.place(), rule.subjectText());
    } else {
      plan.policy().about(facts.route()).stream()
          .filter(rule -> !rule.denies())
          .forEach(
              each -> table.row(caller, facts.route(), "denied", each.place(), each.subjectText()));
    }
    if (!verdict.failure().isEmpty()) {
      parent
          .err()
          .println(
              "the rule's condition cannot be evaluated: "
                  + verdict.failure()
                  + "; --claim, --param and --ip say what the call is like");
    }
  }
}
