package dev.oneport.cli;

import dev.oneport.policy.AllowedCaller;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy who}: lists who may call a route. */
@Command(name = "who", description = "List who may call a route.")
final class PolicyWhoCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Option(
      names = "--route",
      paramLabel = "ROUTE",
      required = true,
      description = "Such as 'WS /ws'.")
  String route = "";

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var plan = parent.plan();
          var table = new Table("who", "role", "rule");
          var asked = parent.route(plan, route);
          var roles = plan.identity().bringsRoles();
          AllowedCaller.of(plan.policy(), asked, roles)
              .forEach(it -> table.row(it.subject(), it.role(), it.place()));
          AllowedCaller.exceptions(plan.policy(), asked, roles)
              .forEach(it -> table.row("not " + it.subject(), it.role(), it.place()));
          parent.print(table);
          return ExitCode.OK;
        });
  }
}
