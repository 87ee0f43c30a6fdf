package dev.oneport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport config}: helps to write the configuration. */
@Command(
    name = "config",
    synopsisSubcommandLabel = "COMMAND",
    description = "Help to write the configuration.",
    footer = {"", "Example:", "  oneport config schema"})
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: schema");
  }
}
