package dev.oneport.cli;

import dev.oneport.api.Route;
import dev.oneport.policy.AllowedCaller;
import dev.oneport.server.Plan;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy who}: lists who may call a route. */
@Command(
    name = "who",
    description = {
      "List who may call a route.",
      "With a caller, list only the rules that apply to it."
    })
final class PolicyWhoCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Option(
      names = "--route",
      paramLabel = "ROUTE",
      required = true,
      description = "Such as 'WS /ws'.")
  String route = "";

  @Mixin AskedCaller who = new AskedCaller();

  @Mixin AskedCall call = new AskedCall();

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var plan = parent.plan();
          var table = new Table("who", "role", "rule");
          var asked = parent.route(plan, route);
          if (who.isGiven()) {
            by(parent, plan, asked, table);
            parent.print(table);
            return ExitCode.OK;
          }
          var roles = plan.identity().bringsRoles();
          AllowedCaller.of(plan.policy(), asked, roles)
              .forEach(it -> table.row(it.subject(), it.role(), it.place()));
          AllowedCaller.exceptions(plan.policy(), asked, roles)
              .forEach(it -> table.row("not " + it.subject(), it.role(), it.place()));
          parent.print(table);
          return ExitCode.OK;
        });
  }

  /** The rules by which one caller may call the route, or may not. */
  private void by(PolicyCommand parent, Plan plan, Route asked, Table table) {
    var preview = who.caller(plan, asked, call);
    preview
        .problem()
        .ifPresent(problem -> parent.err().println("the token would be refused: " + problem));
    for (var rule : plan.policy().applying(call.facts(preview.caller(), asked))) {
      var subject = rule.denies() ? "not " : "";
      table.row(subject + AskedCaller.shown(preview.caller()), rule.subjectText(), rule.place());
    }
  }
}
