package dev.oneport.cli;

import dev.oneport.audit.Logs;
import dev.oneport.config.Configuration;
import dev.oneport.server.AuditTarget;
import dev.oneport.server.OnePort;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
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
    footer = {
      "",
      "Examples:",
      "  oneport serve --dev                      try it on this machine",
      "  oneport serve --config application.yaml  as configured",
      "  oneport serve --check                    only say whether the configuration is good",
      "",
      "Environment: PORT beats the file's server.port; LOG_LEVEL is TRACE, DEBUG, INFO, WARN or ERROR;",
      "LOG_FORMAT is json or text; ONEPORT_SERVER_PORT sets server.port, and likewise any other key."
    })
final class ServeCommand implements Callable<Integer> {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

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

  ServeCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    var output = Logs.configure(environment, terminal());
    if (dev && environment.containsKey("K_SERVICE")) {
      System.err.println(
          "--dev gives tokens away and does not run on Cloud Run (K_SERVICE is set)");
      return ExitCode.CONFIGURATION;
    }
    return ConfigurationFile.withGood(
        spec.commandLine().getErr(),
        () -> {
          var server =
              OnePort.create(
                  this::configuration,
                  MountedServices.all(),
                  new AuditTarget(output, CloudProject.of(environment)),
                  dev,
                  Clock.systemUTC());
          return check ? checked() : serve(server);
        });
  }

  private Configuration configuration() {
    return ConfigurationFile.read(config, variables(), dev);
  }

  /** Console was null without a terminal once, and may be so again with another provider. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean terminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  private static int checked() {
    System.out.println("the configuration is good");
    return ExitCode.OK;
  }

  private int serve(OnePort server) throws InterruptedException {
    var stop = new StopSignal();
    try (server) {
      server.start();
      StopSignal.onHangup(server::reload);
      LOG.log(
          System.Logger.Level.INFO,
          "listening on port {0}; open to anyone: {1}",
          String.valueOf(server.port()),
          server.openRoutes());
      if (dev) {
        System.err.print(new DevBanner(server).text());
      }
      LOG.log(System.Logger.Level.INFO, "{0}: stopping", stop.await());
    }
    LOG.log(System.Logger.Level.INFO, "stopped");
    return ExitCode.OK;
  }

  /**
   * The environment, with what beats the file by another name put under the one that the file's
   * keys go by.
   */
  private Map<String, String> variables() {
    var variables = new HashMap<>(environment);
    put(variables, "ONEPORT_SERVER_PORT", environment.get("PORT"));
    put(variables, "ONEPORT_SERVER_PORT", port);
    put(variables, "ONEPORT_SERVER_HOST", host);
    return variables;
  }

  private static void put(Map<String, String> variables, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      variables.put(name, value);
    }
  }
}
