package dev.oneport.cli;

import dev.oneport.audit.Logs;
import dev.oneport.config.Configuration;
import dev.oneport.server.AuditTarget;
import dev.oneport.server.Server;
import dev.oneport.time.Clocks;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A run of the server, from its configuration to its end. It does not use picocli, so that a
 * container, which starts with a plain {@code serve}, does not load it: picocli takes a third of
 * the start-up time, and its class format is too old for an AOT cache.
 *
 * @param config the configuration file, if one is given
 * @param port overrides the environment and the file
 * @param host overrides the environment and the file
 * @param dev whether to trust only this process's dev issuer
 * @param tls whether dev mode speaks TLS, with a certificate that the process makes
 * @param to what to forward instead of what the configuration file says
 * @param check whether to only validate the configuration
 */
public record Serving(
    Map<String, String> environment,
    @Nullable Path config,
    @Nullable String port,
    @Nullable String host,
    boolean dev,
    boolean tls,
    @Nullable ForwardAll to,
    boolean check) {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  /** Whether the arguments are a plain {@code serve}, without options. */
  public static boolean isPlainServe(String... args) {
    return args.length == 1 && args[0].equals("serve");
  }

  /** Whether the arguments start a server rather than only check its configuration. */
  public static boolean isServer(String... args) {
    return args.length > 0 && args[0].equals("serve") && !List.of(args).contains("--check");
  }

  /** Serves as configured until the process is told to stop, and returns the exit code. */
  public static int run(Map<String, String> environment, StopSignal stop) {
    var err = new PrintWriter(System.err, true, Charset.defaultCharset());
    try {
      return new Serving(environment, null, null, null, false, false, null, false).run(err, stop);
    } catch (Exception e) {
      e.printStackTrace(err);
      return ExitCode.FAILED;
    }
  }

  /** Serves until the process is told to stop, and returns the exit code. */
  int run(PrintWriter err, StopSignal stop) throws Exception {
    var wrong = Logs.problems(environment);
    if (!wrong.isEmpty()) {
      wrong.forEach(err::println);
      return ExitCode.CONFIGURATION;
    }
    var output = Logs.configure(environment, terminal());
    if (dev && environment.containsKey("K_SERVICE")) {
      System.err.println(
          "--dev issues tokens to anyone and does not run on Cloud Run (K_SERVICE is set)");
      return ExitCode.CONFIGURATION;
    }
    if (tls && !dev) {
      err.println("--tls is for --dev; set server.tls.certificate and server.tls.key instead");
      return ExitCode.CONFIGURATION;
    }
    var file = ConfigurationFile.find(config);
    var variables = variables(environment, port, host);
    put(variables, "--tls", tls ? "true" : null);
    return ConfigurationFile.withValid(
        err,
        () -> {
          Callable<Server> make =
              () -> {
                var mounted = MountedServices.find().with(configuration(file, variables));
                return Server.create(
                    () -> configuration(file, variables),
                    to == null ? mounted.services() : mounted.withoutSample(),
                    to == null ? mounted.sample() : Optional.empty(),
                    new AuditTarget(output, CloudProject.of(environment)),
                    dev,
                    Clocks.system());
              };
          return check
              ? checked(make)
              : new ServerRun(stop, ServiceManager.of(environment)).run(make, this::listening);
        });
  }

  private Configuration configuration(@Nullable Path file, Map<String, String> variables) {
    return to == null
        ? ConfigurationFile.read(file, variables, dev)
        : Configuration.parse("--to", to.yaml(), variables, dev);
  }

  /** Older Java versions return null without a terminal, and so may other console providers. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean terminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  private static int checked(Callable<Server> make) throws Exception {
    make.call().warnings().forEach(warning -> System.err.println("warning: " + warning));
    System.out.println("the configuration is valid");
    return ExitCode.OK;
  }

  private void listening(Server server) {
    LOG.log(
        System.Logger.Level.INFO,
        "listening on port {0}; open to anyone: {1}",
        String.valueOf(server.port()),
        server.openRoutes());
    if (dev) {
      System.err.print(new DevBanner(server, DevCertificate.write(server), to).text());
    }
  }

  /** The environment plus the options, under the options' names. */
  static HashMap<String, String> variables(
      Map<String, String> environment, @Nullable String port, @Nullable String host) {
    var variables = new HashMap<>(environment);
    put(variables, "--port", port);
    put(variables, "--host", host);
    return variables;
  }

  private static void put(Map<String, String> variables, String option, @Nullable String value) {
    if (value == null) {
      variables.remove(option);
    } else {
      variables.put(option, value);
    }
  }
}
