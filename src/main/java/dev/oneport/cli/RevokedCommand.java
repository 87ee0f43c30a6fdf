package dev.oneport.cli;

import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.Trait;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport revoked}: lists what is revoked. */
@Command(
    name = "revoked",
    description = {
      "List what is revoked, except what no credential can fall under any more.",
      "Entries that are wrong are reported, and the exit code is 1."
    },
    footer = {"", "Example:", "  oneport revoked --json"})
final class RevokedCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print JSON instead of a table.")
  boolean json;

  @Mixin KeptRevocations revocations = new KeptRevocations();

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Map<String, String> environment;
  private final Clock clock;

  RevokedCommand(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    return ConfigurationFile.withValid(
        err,
        () -> {
          var kept = kept();
          var table =
              new Table(
                  "issuer", "caller", "subject", "session", "token-id", "before", "kept-until");
          try (kept) {
            var content = kept.open().store().content();
            for (var revocation : content.revocations()) {
              var until = kept.lapse().of(revocation);
              if (until.filter(it -> clock.instant().isAfter(it)).isEmpty()) {
                row(table, revocation, until.map(Instant::toString).orElse(""));
              }
            }
            out.print(table.text(json));
            out.flush();
            content
                .problems()
                .forEach(it -> err.println(kept.store().place() + ": " + Printable.line(it)));
            return content.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
          } catch (IOException e) {
            err.println("oneport: " + e.getMessage());
            return ExitCode.FAILED;
          }
        });
  }

  private Kept kept() {
    try {
      return Kept.read(revocations.config, environment, clock);
    } catch (Misuse e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static void row(Table table, Revocation revocation, String until) {
    table.row(
        value(revocation, Trait.ISSUER),
        value(revocation, Trait.CALLER),
        value(revocation, Trait.SUBJECT),
        value(revocation, Trait.SESSION),
        value(revocation, Trait.TOKEN_ID),
        revocation.before(),
        until);
  }

  private static String value(Revocation revocation, Trait trait) {
    return revocation.selector().value(trait).map(Printable::line).orElse("");
  }
}
