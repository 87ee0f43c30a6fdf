package dev.oneport.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oneport serve}. */
@Command(
    name = "serve",
    description = "Serve HTTP, gRPC and WebSocket on one port.",
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {
      CallCommand.DONE,
      "1:it was tried and failed",
      "2:the command line or the configuration is wrong, or a service cannot be mounted",
      "3:the server cannot serve any longer: start it again"
    },
    footer = {
      "",
      "Examples:",
      "  oneport serve --dev                      try it on this machine",
      "  oneport serve --config application.yaml  as configured",
      "  oneport serve --check                    check the configuration only",
      "",
      "Environment: PORT beats the file's server.port; LOG_LEVEL is TRACE, DEBUG, INFO, WARN or ERROR;",
      "LOG_FORMAT is json or text; ONEPORT_SERVER_PORT sets server.port, and likewise any other key."
    })
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration; default: application.yaml here, or else the one in the jar.")
  @Nullable Path config;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Beats PORT in the environment; 0 for any that is free.")
  @Nullable String port;

  @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen on this address only.")
  @Nullable String host;

  @Option(
      names = "--dev",
      description = "Trust an issuer of this process alone, which gives tokens to this machine.")
  boolean dev;

  @Option(
      names = "--check",
      description = "Only say whether the configuration is good: exit code 0 or 2.")
  boolean check;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Map<String, String> environment;

  private final @Nullable StopSignal stop;

  /**
   * The command.
   *
   * @param stop the signals since the process began, where it watched for them
   */
  ServeCommand(Map<String, String> environment, @Nullable StopSignal stop) {
    this.environment = environment;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    var serving = new Serving(environment, config, port, host, dev, check);
    return serving.run(spec.commandLine().getErr(), stop == null ? new StopSignal() : stop);
  }
}
