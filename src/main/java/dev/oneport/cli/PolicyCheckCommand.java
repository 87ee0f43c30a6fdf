package dev.oneport.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy check}: the same validation as when the server starts. */
@Command(name = "check", description = "Say whether a configuration is valid: exit code 0 or 2.")
final class PolicyCheckCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The configuration.")
  @Nullable Path file;

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var plan = file == null ? parent.plan() : parent.plan(file);
          plan.warnings().forEach(warning -> parent.err().println("warning: " + warning));
          parent
              .out()
              .println(
                  "good: "
                      + plan.policy().routes().size()
                      + " routes, open to anyone: "
                      + plan.policy().openRoutes());
          return ExitCode.OK;
        });
  }
}
