package dev.oneport.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport serve}. */
@Command(
    name = "serve",
    description = "Serve HTTP, gRPC and WebSocket on one port.",
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {
      CallCommand.DONE,
      "1:the command failed",
      "2:the command line or the configuration is invalid, or a service cannot be mounted",
      "3:the server cannot go on: start it again"
    },
    footer = {
      "",
      "Examples:",
      "  oneport serve --dev                      try it on this machine",
      "  oneport serve --dev --to http://localhost:3000   guard what already runs there",
      "  oneport serve --config application.yaml  as configured",
      "  oneport serve --check                    check the configuration only",
      "",
      "Environment: PORT overrides the file's server.port; LOG_LEVEL is TRACE, DEBUG, INFO, WARN or ERROR;",
      "LOG_FORMAT is json or text; ONEPORT_SERVER_PORT sets server.port; other keys work alike."
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
      description = "Overrides PORT in the environment; 0 for any free port.")
  @Nullable String port;

  @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen on this address only.")
  @Nullable String host;

  @Option(
      names = "--dev",
      description =
          "Trust only this process's own issuer, which gives tokens to callers on this machine.")
  boolean dev;

  @Option(
      names = "--tls",
      description = "With --dev: speak TLS, with a certificate for localhost made at the start.")
  boolean tls;

  @Option(
      names = "--to",
      paramLabel = "URL",
      description = {
        "With --dev: forward all HTTP and WebSocket there instead of what the configuration file says,"
            + " for any caller with a token. May be given several times: grpc=h2c://localhost:9090,"
            + " ws=ws://localhost:8082."
      })
  List<String> to = List.of();

  @Option(
      names = "--check",
      description = "Only say whether the configuration is valid: exit code 0 or 2.")
  boolean check;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Map<String, String> environment;

  private final @Nullable StopSignal stop;

  /**
   * The command.
   *
   * @param stop the stop signals since the process began; null if it has not watched for them
   */
  ServeCommand(Map<String, String> environment, @Nullable StopSignal stop) {
    this.environment = environment;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    var serving = new Serving(environment, config, port, host, dev, tls, forwards(), check);
    return serving.run(spec.commandLine().getErr(), stop == null ? new StopSignal() : stop);
  }

  private @Nullable ForwardAll forwards() {
    if (to.isEmpty()) {
      return null;
    }
    if (!dev || config != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--to goes with --dev and without --config; a file says it with upstreams and forward");
    }
    try {
      return ForwardAll.parse(to);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
