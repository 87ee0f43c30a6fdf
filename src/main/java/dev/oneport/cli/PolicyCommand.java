package dev.oneport.cli;

import dev.oneport.api.Route;
import dev.oneport.config.Spelling;
import dev.oneport.policy.RoutePattern;
import dev.oneport.server.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code oneport policy}: queries the policy without a server. */
@Command(
    name = "policy",
    synopsisSubcommandLabel = "COMMAND",
    description = "Ask who may call what, without a server.",
    footer = {
      "",
      "Examples:",
      "  oneport policy check application.yaml",
      "  oneport policy explain --caller alice@example.com --route 'GRPC Echo/Ping'",
      "  oneport policy who --route 'WS /ws'",
      "  oneport policy routes --json",
      "  oneport policy test policy-test.yaml",
      "  oneport policy diff application.yaml proposed.yaml"
    })
final class PolicyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "The configuration; default: application.yaml here, or else the one in the jar.")
  @Nullable Path config;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON instead of a table.")
  boolean json;

  private final Map<String, String> environment;

  PolicyCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The plan made from the configuration. */
  Plan plan() {
    return plan(config);
  }

  Plan plan(@Nullable Path file) {
    var variables = Serving.variables(environment, null, null);
    var read = ConfigurationFile.read(ConfigurationFile.find(file), variables, false);
    var mounted = MountedServices.find().with(read);
    return Plan.read(read, mounted.services(), mounted.sample());
  }

  Map<String, String> environment() {
    return environment;
  }

  void print(Table table) {
    out().print(table.text(json));
    out().flush();
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  int withValid(Callable<Integer> action) throws Exception {
    return ConfigurationFile.withValid(err(), action);
  }

  /** The issuer of a caller that is asked about: one whose credential decides on the route. */
  static String issuer(Plan plan, Route route) {
    return plan.policy().issuers(route).stream().sorted().findFirst().orElse("asked");
  }

  /** Finds a mounted route by its name, or the forwarded route of a concrete call. */
  Route route(Plan plan, String text) {
    var route =
        RoutePattern.parse(text).map(RoutePattern::route).filter(plan.policy().routes()::contains);
    Supplier<ParameterException> unknown =
        () ->
            new ParameterException(
                spec.commandLine(),
                "'"
                    + text
                    + "' is not a mounted route"
                    + nearest(plan, text)
                    + "; the mounted routes are: "
                    + plan.policy().routes());
    return route.or(() -> plan.table().route(text)).orElseThrow(unknown);
  }

  /** Suggests the mounted route that was probably meant. */
  static String nearest(Plan plan, String text) {
    return Spelling.hint(text, plan.policy().routes().stream().map(Route::toString).toList());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a command: check, explain, who, routes, test or diff");
  }
}
