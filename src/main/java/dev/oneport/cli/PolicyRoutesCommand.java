package dev.oneport.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy routes}: the whole policy as a table. */
@Command(name = "routes", description = "List all routes and their rules.")
final class PolicyRoutesCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var policy = parent.plan().policy();
          var table = new Table("route", "rule", "who");
          for (var route : policy.routes()) {
            policy.about(route).forEach(rule -> table.row(route, rule.place(), rule.subjectText()));
          }
          parent.print(table);
          return ExitCode.OK;
        });
  }
}
