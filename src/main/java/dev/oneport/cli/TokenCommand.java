package dev.oneport.cli;

import dev.oneport.client.CallFailed;
import dev.oneport.client.DevServer;
import dev.oneport.client.Endpoint;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.Trust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oneport token}: gets a token from a dev server on this machine. */
@Command(
    name = "token",
    description = "Get a token from a server that runs with --dev on this machine.",
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {
      CallCommand.DONE,
      "1:there is no dev server at that address",
      "2:the command line is invalid; nothing was sent"
    },
    footer = {"", "Example:", "  oneport token --as alice@example.com --roles caller --ttl 60s"})
final class TokenCommand implements Callable<Integer> {
  @Option(
      names = "--as",
      paramLabel = "NAME",
      required = true,
      description = "The caller that the token names.")
  String caller = "";

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "The roles in the token, separated by commas.")
  List<String> roles = List.of();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "1h",
      description =
          "How long it is valid: 1s to 24h, such as 60s or 5m. Default: ${DEFAULT-VALUE}.")
  Duration ttl = Duration.ofHours(1);

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      description = "The dev server. Default: ${DEFAULT-VALUE}.")
  String server = "http://localhost:8080";

  @Option(
      names = {"--cacert", "--ca"},
      paramLabel = "FILE",
      description = "Trust the certificates in this PEM file too.")
  @Nullable Path ca;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    try {
      var trust = ca == null ? Trust.system() : Trust.with(ca);
      var token = new DevServer(Endpoint.parse(server), trust).token(caller, roles, ttl);
      spec.commandLine().getOut().println(token.value());
      return ExitCode.OK;
    } catch (InvalidInput e) {
      err.println("oneport: " + e.getMessage());
      return ExitCode.CONFIGURATION;
    } catch (CallFailed e) {
      err.println(
          "oneport: " + server + ": " + e.getMessage() + "; start one with: oneport serve --dev");
      return ExitCode.FAILED;
    }
  }
}
