package dev.oneport.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code oneport config schema}: prints the JSON Schema of the configuration. */
@Command(
    name = "schema",
    description = {
      "Print the JSON Schema of application.yaml.",
      "Editors complete and check keys by it; the first line of application.yaml names its file:",
      "# yaml-language-server: $schema=application-schema.json"
    })
final class ConfigSchemaCommand implements Callable<Integer> {
  private static final String SCHEMA = "/application-schema.json";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    try (var schema = ConfigSchemaCommand.class.getResourceAsStream(SCHEMA)) {
      var text =
          new String(Objects.requireNonNull(schema, SCHEMA).readAllBytes(), StandardCharsets.UTF_8);
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    }
  }
}
