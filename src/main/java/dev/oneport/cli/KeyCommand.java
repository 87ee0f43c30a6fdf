package dev.oneport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport key}: makes API keys. */
@Command(
    name = "key",
    synopsisSubcommandLabel = "COMMAND",
    description = "Make API keys, for an issuer of the kind api-keys.",
    footer = {
      "",
      "Example:",
      "  oneport key new --name billing --roles reader,writer --expires 2027-01-31"
    })
final class KeyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: new");
  }
}
